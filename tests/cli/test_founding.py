"""From an empty folder to a second person signed in."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.cli.test_commands import run
from tests.houses import ROOT

NAME = "proving_ground"


@pytest.fixture
def founded(tmp_path: Path):
    """Found a zone in an empty folder."""
    answers = ("--title", "青禾经济开发区", "--english", "Qinghe Zone", "--data", str(tmp_path))
    environment = {
        "JINGKAI_DATABASE": "",
        "JINGKAI_ZONE": "",
        "JINGKAI_DATE": "",
        "DJANGO_SETTINGS_MODULE": "jingkai.config.settings",
    }
    return run("zone", "new", NAME, *answers, **environment), tmp_path, environment


def test_a_zone_is_founded_with_its_first_administrator(founded):
    done, data, environment = founded

    assert done.returncode == 0, done.stderr
    password = re.search(r"一次性密码 (\S+?)（", done.stdout)
    assert password, done.stdout
    assert run("check", JINGKAI_DATA=str(data), **environment).returncode == 0
    told = ("--title", "x", "--english", "x", "--data", str(data))
    again = run("zone", "new", "another_one", *told, **environment)
    assert again.returncode == 1
    assert "已有经开区包" in again.stderr

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "jingkai.cli", "serve", "--port", str(port), "--workers", "1"],
        cwd=ROOT,
        env=os.environ
        | environment
        | {"JINGKAI_DATA": str(data), "JINGKAI_HTTPS": "0", "JINGKAI_DEMO": ""},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        page = _wait_for(f"http://127.0.0.1:{port}/login/")
    finally:
        server.terminate()
        server.wait(timeout=20)
    assert "青禾经济开发区" in page
    assert "演示数据" not in page


@pytest.mark.parametrize("name", ["Nanhu", "9x", "a", "base/../x", "南湖", "json"])
def test_a_name_that_is_no_package_is_refused(name: str, tmp_path: Path):
    told = ("--title", "x", "--english", "x", "--data", str(tmp_path))
    done = run("zone", "new", name, *told)

    assert done.returncode == 1
    assert "代号" in done.stderr
    assert not list(tmp_path.iterdir())


def _wait_for(url: str) -> str:
    for _ in range(80):
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                return answer.read().decode()
        except OSError:
            time.sleep(0.25)
    raise AssertionError("the server did not start")

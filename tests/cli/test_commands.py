"""The commands answer, and refuse with 1 and a plain word."""

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from jingkai.documents import read_rows
from tests.conftest import DEMO_ZONE
from tests.houses import ROOT, House, run_python

SHARED = Path(os.environ.get("JINGKAI_SHARED", ROOT.parent / "shared"))
SHARED_REPORT = SHARED / "corpus" / "changde-2021.txt"
REPORT = "青禾开发区2021年工作计划\n一、2021年重点工作\n力争新开工项目24个，其中亿元以上项目9个。\n"


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run jingkai in a folder of its own."""
    return subprocess.run(
        [sys.executable, "-m", "jingkai.cli", *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )


def test_read_prints_the_structure_of_a_report(tmp_path: Path):
    report = tmp_path / "r.txt"
    report.write_text(REPORT, "gb18030")

    done = run("read", str(report), "--json", "-")

    found = json.loads(done.stdout.splitlines()[-1])
    assert done.returncode == 0
    assert set(found) == {"document", "outline", "statements", "projects", "tasks", "notes"}
    assert [one["value"] for one in found["statements"]] == [24, 9]


def test_read_refuses_what_is_no_report(tmp_path: Path):
    report = tmp_path / "r.docx"
    report.write_bytes(b"nothing")

    done = run("read", str(report))

    assert done.returncode == 1
    assert "不是 Word" in done.stderr
    assert "Traceback" not in done.stderr


def test_wrong_usage_leaves_with_two():
    assert run("read").returncode == 2
    assert run("nothing").returncode == 2


@pytest.mark.parametrize("command", ["demo", "serve", "read", "value", "report", "check", "bench"])
def test_every_command_has_help_in_both_languages(command: str):
    text = run(command, "--help").stdout

    assert any("一" <= character <= "鿿" for character in text)
    assert any(word.isascii() and len(word) > 3 for word in text.split())


def test_a_demo_that_is_there_is_kept(lived_in: Callable[[str], House]):
    house = lived_in(DEMO_ZONE)

    assert "写入演示数据" in house.says.read_text("utf-8")
    assert "沿用已有" in house.fill()


def test_value_answers_one_number_with_its_target(demo: dict[str, str]):
    done = run("value", "projects_started", "--period", "2021", "--json", "--facts", **demo)

    found = json.loads(done.stdout.splitlines()[-1])
    assert (found["value"], found["target"], found["pace"]) == ("13", "≥30个", "46.0")
    assert len(found["facts"]) == 13


def test_value_names_the_nearest_indicator(demo: dict[str, str]):
    done = run("value", "projects_startd", "--period", "2021", **demo)

    assert done.returncode == 1
    assert "projects_started" in done.stderr


def test_report_writes_a_docx(demo: dict[str, str], tmp_path: Path):
    out = tmp_path / "r.docx"

    assert run("report", "2021", "--docx", str(out), **demo).returncode == 0
    assert out.read_bytes()[:2] == b"PK"
    assert run("report", "1999", "--docx", str(out), **demo).returncode == 1


def test_the_demo_ledger_verifies(demo: dict[str, str]):
    done = run("verify", **demo)

    assert done.returncode == 0, done.stderr
    assert "链完整" in done.stdout


def test_check_passes_the_zones_of_the_house():
    assert run("check", "zones.changde").returncode == 0
    assert run("check", "tests.tiny").returncode == 0


PLANTED = {
    "unknown column": ("works.py", "_.amount", "_.amuont", "amount"),
    "duplicate id": ("works.py", 'id="firms_visited"', 'id="civil_works_started"', "重复"),
    "missing basis": ("works.py", "basis=", "since=None and ", "basis"),
    "unknown unit": ("works.py", 'unit="项"', 'unit="箱"', "单位"),
    "failing example": ("works.py", "            2,", "            99,", "应得 99"),
    "unknown key": ("zone.yaml", "english:", "englisch: x\nenglish:", "englisch"),
    "bad period": ("plan.yaml", "period: 2021", "period: 2021-13", "2021-13"),
    "wrong type": ("departments.yaml", "duties: [", "duties: x # [", "列表"),
    "missing English name": ("departments.yaml", "english: ", "# english: ", "英文"),
    "overlapping dates": ("parameters.yaml", "", "", "重叠"),
}


@pytest.mark.parametrize("mistake", PLANTED)
def test_check_fails_on_a_planted_mistake_and_names_it(mistake: str, tmp_path: Path):
    name, before, after, words = PLANTED[mistake]
    package = tmp_path / "planted"
    shutil.copytree(ROOT / "tests" / "tiny", package, ignore=shutil.ignore_patterns("__pycache__"))
    path = package / name
    if mistake == "overlapping dates":
        path.write_text(OVERLAPPING, "utf-8")
    else:
        text = path.read_text("utf-8")
        assert before in text, "the mistake can be planted"
        path.write_text(text.replace(before, after, 1), "utf-8")

    done = run("check", "planted", PYTHONPATH=str(tmp_path))

    assert done.returncode == 1
    assert words in done.stderr
    assert name in done.stderr or mistake == "failing example"
    assert "Traceback" not in done.stderr


OVERLAPPING = """
rent.top:
  name: 租金上限
  english: Highest rent
  unit: 元
  values:
    - {since: 2020-01-01, value: 10, basis: 试}
    - {since: 2020-01-01, value: 12, basis: 试}
"""


def test_a_busy_port_is_said(tmp_path: Path):
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        done = run("demo", "--port", str(port), "--data", str(tmp_path), "--no-browser")

    assert done.returncode == 1
    assert f"端口 {port} 已被占用" in done.stderr


def test_reset_does_not_clear_a_strange_folder(tmp_path: Path):
    (tmp_path / "letters.docx").write_bytes(b"x")

    done = run("demo", "--port", "0", "--data", str(tmp_path), "--reset", "--no-browser")

    assert done.returncode == 1
    assert (tmp_path / "letters.docx").exists()


def test_read_writes_the_task_table_with_the_departments_of_a_zone(tmp_path: Path):
    report, out = tmp_path / "报告.txt", tmp_path / "表.xlsx"
    report.write_text("一、2021年重点工作\n9月底前建立企业走访制度。\n", encoding="utf-8")

    done = run("read", str(report), "--xlsx", str(out), "--zone", "tests.tiny")

    assert done.returncode == 0, done.stderr
    head, row = read_rows(out.read_bytes())
    assert head[:5] == ["序号", "重点工作", "责任领导", "责任单位", "完成时限"]
    assert row[:5] == ["1", "9月底前建立企业走访制度。", "石二", "服务科", "2021-09-30"]


def test_read_refuses_a_zone_that_does_not_exist(tmp_path: Path):
    report = tmp_path / "报告.txt"
    report.write_text("一、2021年重点工作\n建立企业走访制度。\n", encoding="utf-8")

    done = run("read", str(report), "--xlsx", str(tmp_path / "x.xlsx"), "--zone", "zones.nowhere")

    assert done.returncode == 1
    assert "zones.nowhere" in done.stderr


def test_read_compares_with_the_years_before(tmp_path: Path):
    files = []
    for year, count in ((2019, 18), (2020, 20), (2021, 24)):
        file = tmp_path / f"{year}.txt"
        plan = f"一、{year}年重点工作\n力争引进企业{count}家。确保云溪大道开工建设。\n"
        file.write_text(plan, encoding="utf-8")
        files.append(str(file))
    compare = ["--compare", files[0], "--compare", files[1]]

    said = run("read", files[2], *compare).stdout
    found = json.loads(run("read", files[2], *compare, "--json", "-").stdout)

    assert "20家 → 24家" in said
    assert "云溪大道，3 年提出：2019、2020、2021" in said
    assert found["projects"][0]["verdict"] == "repeated"
    assert [one["verdict"] for one in found["targets"]] == ["raised"]


def test_read_refuses_to_compare_two_reports_of_one_year(tmp_path: Path):
    report = tmp_path / "报告.txt"
    report.write_text("一、2021年重点工作\n力争引进企业20家。\n", encoding="utf-8")

    done = run("read", str(report), "--compare", str(report))

    assert done.returncode == 1
    assert "都是 2021 年" in done.stderr


@pytest.mark.slow
@pytest.mark.corpus
@pytest.mark.skipif(not SHARED_REPORT.exists(), reason="旁边没有共享语料")
def test_errors_planted_in_the_work_report_are_found(demo: dict[str, str]):
    code = (
        "from jingkai.cli.main import open_house; open_house();"
        "from pathlib import Path; from jingkai.cli.bench_report import check_planted;"
        f"found = check_planted(Path({str(SHARED_REPORT)!r}).read_text('utf-8'), seeds=range(20));"
        "print(found.share, found.false_alarms, found.planted.total())"
    )

    share, false_alarms, planted = map(float, run_python(code, **demo).split())
    assert planted == 800
    assert share >= 0.95
    assert false_alarms <= 0.05

"""A zone goes into a folder and comes back equal; what cannot be trusted is refused beforehand."""

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.cli.test_commands import run


@pytest.fixture(scope="module")
def backed_up(demo, tmp_path_factory) -> tuple[Path, dict[str, str]]:
    """Back the demo zone up once."""
    folder = tmp_path_factory.mktemp("backups") / "one"
    done = run("backup", str(folder), "--keys", **demo)
    assert done.returncode == 0, done.stderr
    return folder, demo | {"JINGKAI_ZONE": ""}


def test_what_comes_back_is_what_went_in(backed_up, tmp_path: Path):
    folder, environment = backed_up

    done = run("restore", str(folder), "--data", str(tmp_path / "new"), **environment)

    assert done.returncode == 0, done.stderr
    new = environment | {"JINGKAI_DATA": str(tmp_path / "new"), "JINGKAI_ZONE": "zones.changde"}
    asked = ("value", "projects_started", "--period", "2021", "--json")
    assert run(*asked, **new).stdout == run(*asked, **environment).stdout
    assert "链完整" in run("audit", "verify", **new).stdout
    old = {path.name for path in (Path(environment["JINGKAI_DATA"]) / "evidence").rglob("*")}
    assert {path.name for path in (tmp_path / "new" / "evidence").rglob("*")} == old


def cut(folder: Path) -> None:
    path = folder / "jingkai.sqlite3"
    path.write_bytes(path.read_bytes()[:-4096])


def lose_evidence(folder: Path) -> None:
    next(path for path in (folder / "evidence").rglob("*") if path.is_file()).unlink()


def change_a_cell(folder: Path) -> None:
    with sqlite3.connect(folder / "jingkai.sqlite3") as base:
        base.execute("UPDATE org_person SET name = 'x'")


def lose_the_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def edit_the_manifest(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    manifest["zone"] = "other"
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")


def change_the_key(folder: Path) -> None:
    (folder / "audit.key").write_text("another")


def lose_the_key(folder: Path) -> None:
    (folder / "audit.key").unlink()


def make_it_newer(folder: Path) -> None:
    from jingkai.backup.services import _seal

    path = folder / "manifest.json"
    manifest = json.loads(path.read_text("utf-8")) | {"version": "99.0.0"}
    key = (folder / "audit.key").read_text().strip().encode()
    path.write_text(json.dumps(manifest | {"seal": _seal(key, manifest)}), "utf-8")


WRONG = {
    "a cut file": (cut, {}, "jingkai.sqlite3"),
    "a lost piece of evidence": (lose_evidence, {}, "evidence"),
    "a changed cell": (change_a_cell, {}, "jingkai.sqlite3"),
    "no manifest": (lose_the_manifest, {}, "清单"),
    "an edited manifest": (edit_the_manifest, {}, "清单被改过"),
    "another key": (change_the_key, {}, "密钥"),
    "no key": (lose_the_key, {}, "--key"),
    "a newer version": (make_it_newer, {}, "较新的版本"),
    "another zone": (lambda folder: None, {"JINGKAI_ZONE": "tests.tiny"}, "tests.tiny"),
    "another engine": (
        lambda folder: None,
        {"JINGKAI_DATABASE": "postgresql://nobody@127.0.0.1:1/x"},
        "同一种数据库",
    ),
}


@pytest.mark.parametrize(("spoil", "more", "words"), WRONG.values(), ids=WRONG)
def test_a_wrong_restore_is_refused_before_data_are_touched(
    backed_up, tmp_path: Path, spoil, more: dict[str, str], words: str
):
    folder, environment = backed_up
    copy, new = tmp_path / "copy", tmp_path / "new"
    shutil.copytree(folder, copy)
    spoil(copy)

    done = run("restore", str(copy), "--data", str(new), **environment | more)

    assert done.returncode == 1, done.stdout
    assert words in done.stderr
    assert not new.exists()


def test_a_place_that_is_not_empty_is_left_alone(backed_up, tmp_path: Path):
    folder, environment = backed_up
    (tmp_path / "mine.txt").write_text("x")

    done = run("restore", str(folder), "--data", str(tmp_path), **environment)

    assert done.returncode == 1
    assert "不是空的" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_backup_replaces_no_other(backed_up):
    folder, environment = backed_up
    zone = environment | {"JINGKAI_ZONE": "zones.changde"}

    assert run("backup", str(folder), **zone).returncode == 1


def test_a_drill_proves_a_restore_and_notes_it(backed_up):
    _, environment = backed_up
    zone = environment | {"JINGKAI_ZONE": "zones.changde"}

    done = run("drill", **zone)

    assert done.returncode == 0, done.stderr
    with sqlite3.connect(Path(environment["JINGKAI_DATA"]) / "jingkai.sqlite3") as base:
        acts = [act for (act,) in base.execute("SELECT act FROM audit_auditline")]
    assert acts.count("backup.proved") == 1

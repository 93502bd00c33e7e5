"""A zone on PostgreSQL goes into a folder and comes back equal, also by a drill."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.test_commands import run
from tests.postgresql import SERVER, own_database, sql

pytestmark = [
    # What is asked here is PostgreSQL's own; on SQLite tests/cli/test_backup.py asks the same.
    pytest.mark.skipif(not SERVER, reason="asks for a PostgreSQL server"),
    pytest.mark.xdist_group("backup-postgresql"),
]
NAMED = ("--title", "青禾经济开发区", "--english", "Qinghe Zone")


@pytest.fixture(scope="module")
def databases() -> Iterator[list[str]]:
    """Return the addresses of two empty databases; one sorts words its own way."""
    with own_database("backup", "C") as one, own_database("backup", "en_US.utf8") as other:
        yield [one, other]


@pytest.fixture(scope="module")
def backed_up(databases: list[str], tmp_path_factory) -> tuple[Path, dict[str, str]]:
    """Found a zone on the first database and back it up."""
    data = tmp_path_factory.mktemp("data")
    environment = {
        "JINGKAI_DATA": str(data),
        "JINGKAI_DATABASE": databases[0],
        "JINGKAI_ZONE": "",
        "JINGKAI_DATE": "",
        "JINGKAI_DEMO": "",
        "DJANGO_SETTINGS_MODULE": "jingkai.config.settings",
    }
    done = run("zone", "new", "proving_ground", *NAMED, "--data", str(data), **environment)
    assert done.returncode == 0, done.stderr
    # Names that servers sort differently, and a number that left a gap.
    sql(databases[0], "INSERT INTO django_session VALUES ('b', '', now()), ('B', '', now())")
    sql(databases[0], "UPDATE django_migrations SET id = id + 1000 WHERE id > 3")
    folder = tmp_path_factory.mktemp("backups") / "one"
    done = run("backup", str(folder), "--keys", **environment)
    assert done.returncode == 0, done.stderr
    return folder, environment


def test_what_comes_back_is_what_went_in(backed_up, databases: list[str], tmp_path: Path):
    folder, environment = backed_up
    new = environment | {"JINGKAI_DATA": str(tmp_path / "new"), "JINGKAI_DATABASE": databases[1]}

    done = run("restore", str(folder), "--data", str(tmp_path / "new"), **new)

    assert done.returncode == 0, done.stderr
    for table in ("org_person", "org_department", "django_session"):
        rows = f'SELECT t::text COLLATE "C" FROM {table} t ORDER BY 1'
        told = sql(databases[0], rows)
        assert told and sql(databases[1], rows) == told, table
    assert "链完整" in run("audit", "verify", **new).stdout
    # What is written next gets a number of its own.
    add = "INSERT INTO django_migrations (app, name, applied) VALUES ('x', 'y', now()) RETURNING id"
    last = sql(databases[0], "SELECT max(id) FROM django_migrations")[0][0]
    assert sql(databases[1], add)[0][0] == last + 1


def test_a_database_that_somebody_works_in_is_left_alone(backed_up, tmp_path: Path):
    folder, environment = backed_up
    before = sql(environment["JINGKAI_DATABASE"], "SELECT count(*) FROM audit_auditline")

    done = run("restore", str(folder), "--data", str(tmp_path / "new"), **environment)

    assert done.returncode == 1
    assert "不是空库" in done.stderr
    assert not (tmp_path / "new").exists()
    assert sql(environment["JINGKAI_DATABASE"], "SELECT count(*) FROM audit_auditline") == before


def test_a_table_that_was_changed_is_named(backed_up, tmp_path: Path):
    folder, environment = backed_up
    path = folder / "tables" / "org_person.csv"
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"t", b"f", 1))
    try:
        done = run("restore", str(folder), "--data", str(tmp_path / "new"), **environment)
    finally:
        path.write_bytes(whole)
    assert done.returncode == 1
    assert "org_person.csv" in done.stderr


def test_a_drill_makes_its_own_database_and_leaves_none(backed_up):
    _folder, environment = backed_up
    # Tests beside this one make and drop databases too.
    names = "SELECT datname FROM pg_database WHERE datname !~ '^(test|backup|house)_' ORDER BY 1"
    before = sql(SERVER, names)

    done = run("drill", **environment)

    assert done.returncode == 0, done.stderr
    assert sql(SERVER, names) == before
    told = "SELECT detail FROM audit_auditline WHERE act = 'backup.proved'"
    (detail,) = sql(environment["JINGKAI_DATABASE"], told)[0]
    assert json.loads(detail)["rows"] > 0

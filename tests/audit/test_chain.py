"""Every act is one line of a chain, and nobody changes it unseen."""

import json
import os
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from jingkai.audit.models import AuditLine
from jingkai.audit.queries import broken_places, find_broken_line, read_published_heads
from jingkai.audit.rules import Origin, clean
from jingkai.audit.services import acting, note, publish_heads
from jingkai.ledger.queries import ledger_head
from tests.cli.test_commands import run

pytestmark = pytest.mark.django_db
LINE = "audit_auditline"


def note_some(count: int = 5) -> None:
    for number in range(1, count + 1):
        with acting(Origin(f"p{number}", f"人{number}", address="10.0.0.1", request=f"R{number}")):
            note(act="person.moved", object=f"person:{number}", detail={"after": {"post": number}})


def behind_the_back(*statements: str) -> None:
    """Run statements as somebody who owns the database and switches its guards off."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
        else:
            for act in ("update", "delete"):
                cursor.execute(f"DROP TRIGGER {LINE}_no_{act}")
        for statement in statements:
            cursor.execute(statement)
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = DEFAULT")


def test_lines_are_numbered_without_gaps_and_say_who_from_where_in_which_request():
    note_some(3)

    line = AuditLine.objects.get(number=2)
    assert (line.account, line.name, line.address, line.request) == ("p2", "人2", "10.0.0.1", "R2")
    assert json.loads(line.detail) == {"after": {"post": 2}}
    assert list(AuditLine.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3]
    assert find_broken_line() is None


def test_a_line_stands_exactly_when_its_act_does():
    with pytest.raises(RuntimeError), transaction.atomic():
        note(act="person.moved")
        raise RuntimeError

    assert not AuditLine.objects.exists()
    note(act="person.moved")
    assert AuditLine.objects.get().number == 1


@pytest.mark.parametrize("statement", ["UPDATE {} SET name = 'x'", "DELETE FROM {}"])
def test_the_database_itself_refuses(statement: str):
    note_some(2)
    with pytest.raises(DatabaseError, match="只追加"), transaction.atomic():
        connection.cursor().execute(statement.format(LINE))


TAMPERINGS = {
    "edit a field": ([f"UPDATE {LINE} SET object = 'x' WHERE number = 3"], 3),
    "edit the outcome": ([f"UPDATE {LINE} SET outcome = 'refused' WHERE number = 3"], 3),
    "edit the detail": ([f"UPDATE {LINE} SET detail = '{{}}' WHERE number = 3"], 3),
    "edit the time": ([f"UPDATE {LINE} SET at = '2020-01-01 00:00:00' WHERE number = 3"], 3),
    "swap users": (
        [
            f"UPDATE {LINE} SET account = 'p3' WHERE number = 2",
            f"UPDATE {LINE} SET account = 'p2' WHERE number = 3",
        ],
        2,
    ),
    "delete from the middle": ([f"DELETE FROM {LINE} WHERE number = 3"], 3),
    "delete from the middle and close the gap": (
        [
            f"DELETE FROM {LINE} WHERE number = 3",
            f"UPDATE {LINE} SET number = 3 WHERE number = 4",
            f"UPDATE {LINE} SET number = 4 WHERE number = 5",
        ],
        3,
    ),
    "delete the tail": ([f"DELETE FROM {LINE} WHERE number > 3"], 4),
    "delete all": ([f"DELETE FROM {LINE}"], 1),
    "reorder": (
        [
            f"UPDATE {LINE} SET number = 99 WHERE number = 2",
            f"UPDATE {LINE} SET number = 2 WHERE number = 3",
            f"UPDATE {LINE} SET number = 3 WHERE number = 99",
        ],
        2,
    ),
    "duplicate": (
        [
            f"INSERT INTO {LINE} (number, at, account, name, acting_for, address, act, object,"
            " outcome, request, detail, digest) SELECT 6, at, account, name, acting_for, address,"
            f" act, object, outcome, request, detail, digest FROM {LINE} WHERE number = 5",
        ],
        6,
    ),
    "insert": (
        [
            f"INSERT INTO {LINE} (number, at, account, name, acting_for, address, act, object,"
            " outcome, request, detail, digest) SELECT 6, at, 'x', name, acting_for, address,"
            f" act, object, outcome, request, detail, 'feed' FROM {LINE} WHERE number = 5",
        ],
        6,
    ),
}


@pytest.mark.parametrize(("statements", "number"), TAMPERINGS.values(), ids=TAMPERINGS)
def test_tampering_is_found_at_its_line(statements: list[str], number: int):
    note_some(5)
    publish_heads(heads=[], at=timezone.now())

    behind_the_back(*statements)

    broken = find_broken_line()
    assert broken is not None
    assert broken.number == number


def test_another_key_does_not_fit(settings):
    note_some(2)
    settings.AUDIT_KEY = b"another"

    assert find_broken_line().number == 1


def cut_back_to(number: int) -> None:
    """Cut the tail, as somebody with an older copy of the tables would."""
    behind_the_back(f"DELETE FROM {LINE} WHERE number > {number}")


def test_an_older_copy_of_the_tables_is_found_by_the_head_that_was_published():
    note_some(5)
    publish_heads(heads=[], at=timezone.now())
    cut_back_to(3)

    broken = find_broken_line()
    assert broken.number == 4
    assert "第 5 条" in broken.why


def test_everything_gone_is_found_by_the_head_that_was_published():
    note_some(5)
    publish_heads(heads=[], at=timezone.now())
    behind_the_back(f"DELETE FROM {LINE}")

    assert find_broken_line().number == 1


def test_another_history_after_an_older_copy_is_found():
    note_some(5)
    publish_heads(heads=[], at=timezone.now())
    cut_back_to(3)
    note_some(4)

    assert find_broken_line().number == 5


def test_a_published_head_that_was_edited_is_named(settings):
    note_some(3)
    path = publish_heads(heads=[], at=timezone.now())
    path.write_text(path.read_text().replace(" audit 3 ", " audit 2 "))

    broken = find_broken_line()
    assert broken.number == 2
    assert path.name in broken.why


def test_heads_are_published_by_day_with_the_ledgers():
    note_some(2)
    at = datetime(2021, 6, 30, 16, 30, tzinfo=UTC)
    path = publish_heads(heads=[ledger_head()], at=at)
    publish_heads(heads=[ledger_head()], at=at)

    assert path.name == "2021-07-01.txt", "the office's day"
    assert [(one.name, one.number, one.is_ours) for one in read_published_heads()] == [
        ("audit", 2, True),
        ("ledger", 0, True),
    ] * 2


def test_secrets_are_never_written():
    note(act="x", detail={"after": {"new_password": "hunter22", "post": "科长"}, "token": "t0"})

    text = AuditLine.objects.get().detail
    assert "hunter22" not in text
    assert "t0" not in text
    assert "科长" in text


@pytest.mark.parametrize("mark", ["\n", "\r", "\x1b[2J", "\u2028", "\u202e", "\x00", "\ud800"])
def test_what_would_steer_a_log_is_written_out(mark: str):
    note(act="x", object=f"a{mark}b", detail={"words": f"a{mark}b"})

    line = AuditLine.objects.get()
    assert mark[0] not in line.object + line.detail
    assert "\\u" in line.object
    assert find_broken_line() is None
    assert clean(mark, 3) == clean(mark, 80)[:3]


def test_the_command_names_the_first_bad_line(tmp_path):
    code = (
        "import django; django.setup(); from django.core.management import call_command;"
        "call_command('migrate', verbosity=0);"
        "from jingkai.audit.services import note; [note(act='x') for _ in range(4)]"
    )
    environment = {
        "JINGKAI_DATA": str(tmp_path),
        "JINGKAI_DATABASE": "",
        "DJANGO_SETTINGS_MODULE": "jingkai.config.settings",
    }

    subprocess.run([sys.executable, "-c", code], env=os.environ | environment, check=True)
    good = run("audit", "verify", **environment)
    assert good.returncode == 0, good.stderr
    assert "审计 4 条" in good.stdout
    assert " audit 4 " in run("audit", "publish", **environment).stdout
    with sqlite3.connect(tmp_path / "jingkai.sqlite3") as base:
        base.execute(f"DROP TRIGGER {LINE}_no_update")
        base.execute(f"UPDATE {LINE} SET act = 'y' WHERE number = 2")

    bad = run("audit", "verify", **environment)

    assert bad.returncode == 1
    assert "审计第 2 条" in bad.stderr
    assert (tmp_path / "audit.key").read_text() != (tmp_path / "secret.key").read_text()


def test_both_chains_are_checked_together():
    assert broken_places() == []
    note_some(1)
    behind_the_back(f"UPDATE {LINE} SET act = 'y'")
    assert len(broken_places()) == 1

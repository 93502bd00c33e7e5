"""The system administrator backs up and drills at a press, and reads when both were done."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from jingkai.audit.models import AuditLine
from jingkai.audit.services import note
from jingkai.backup import services as backups
from jingkai.jobs.models import Job
from jingkai.jobs.services import run_due_jobs
from jingkai.kernel.zone import Zone
from tests.conftest import sign_in


def press(client, kind: str = "backup.make") -> str:
    return client.post("/backup/", {"kind": kind}, follow=True).content.decode()


def test_nothing_was_backed_up_yet(zone: Zone):
    page = sign_in("admin").get("/backup/").content.decode()

    assert "还没有备份过" in page
    assert "会列在这里" in page


@pytest.mark.django_db(transaction=True)
def test_a_press_makes_a_backup_that_stands_and_is_noted(zone: Zone, tmp_path: Path, settings):
    settings.BACKUPS = tmp_path
    client = sign_in("admin")

    assert "正在进行" in press(client)
    assert run_due_jobs(now=timezone.now()) == 1

    (folder,) = tmp_path.iterdir()
    manifest = backups.check_backup(folder, settings.AUDIT_KEY)
    page = client.get("/backup/").content.decode()
    line = AuditLine.objects.get(act="backup.made")
    told = json.loads(line.detail)
    assert line.name == "测试admin"
    assert told["rows"] == sum(rows for rows, _ in manifest["tables"].values())
    assert f"{told['rows']:,} 行" in page
    assert str(folder) in page
    assert not (folder / "audit.key").exists()


def test_a_second_press_waits_for_the_first(zone: Zone):
    client = sign_in("admin")
    press(client)

    assert "请等它做完" in press(client, "backup.drill")
    assert Job.objects.filter(kind__startswith="backup.").count() == 1


def test_what_went_wrong_is_said_and_can_be_asked_for_again(zone: Zone, tmp_path: Path, settings):
    settings.BACKUPS = tmp_path / "a file"
    settings.BACKUPS.write_text("x")
    client = sign_in("admin")
    press(client)

    assert run_due_jobs(now=timezone.now()) == 0

    page = client.get("/backup/").content.decode()
    assert "备份或演练没有做成" in page
    assert "NotADirectoryError" in page
    assert "正在进行" in press(client)


def test_a_job_that_copies_holds_no_transaction(zone: Zone, monkeypatch):
    seen = []
    monkeypatch.setitem(
        backups.LONG_JOBS, "backup.make", lambda _: seen.append(list(connection.savepoint_ids))
    )
    press(sign_in("admin"))

    run_due_jobs(now=timezone.now())

    # The test stands in a transaction of its own; inside it a job in one would have a savepoint.
    assert seen == [[]]


def test_a_proof_grows_old(zone: Zone, monkeypatch):
    note(act="backup.proved", detail={"rows": 3, "files": 1, "bytes": 10, "seconds": 2})
    client = sign_in("admin")
    assert "七天之内" in client.get("/backup/").content.decode()

    monkeypatch.setattr("jingkai.web.pages.backup.PROOF_IS_OLD", timedelta(0))

    assert "超过七天" in client.get("/backup/").content.decode()

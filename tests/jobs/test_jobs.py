"""A promised job is done exactly when the change that promised it stands."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from jingkai.jobs import services
from jingkai.jobs.models import Job
from jingkai.jobs.services import promise, run_due_jobs

NOW = datetime(2021, 6, 30, 1, tzinfo=UTC)


@pytest.fixture
def done(db: None, monkeypatch: pytest.MonkeyPatch) -> list[dict]:
    """Offer one kind of job and return what it did."""
    did: list[dict] = []

    def work(payload: dict) -> None:
        if payload.get("fails"):
            raise RuntimeError("不通")
        did.append(payload)

    monkeypatch.setattr(services, "_kinds", lambda: {"test.work": work})
    return did


def promise_one(key: str = "a", **payload: object) -> None:
    promise(kind="test.work", key=key, payload=payload, now=NOW)


def test_a_job_is_done_once(done: list[dict]):
    promise_one(number=1)
    promise_one(number=1)

    assert run_due_jobs(now=NOW) == 1
    assert run_due_jobs(now=NOW) == 0
    assert done == [{"number": 1}]


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_change_promises_nothing(done: list[dict]):
    with pytest.raises(RuntimeError), transaction.atomic():
        promise_one()
        raise RuntimeError

    assert run_due_jobs(now=NOW) == 0


def test_a_failing_job_is_tried_again_later_and_gives_up(done: list[dict]):
    promise_one(fails=True)
    assert run_due_jobs(now=NOW) == 0
    assert Job.objects.get().state == Job.State.WAITING
    assert run_due_jobs(now=NOW) == 0, "not before its time"

    for step in range(1, 10):
        run_due_jobs(now=NOW + timedelta(hours=step))

    job = Job.objects.get()
    assert (job.state, job.attempts) == (Job.State.FAILED, services.ATTEMPTS)
    assert "不通" in job.error


def test_a_job_left_by_a_dead_worker_is_taken_up(done: list[dict]):
    promise_one()
    Job.objects.update(state=Job.State.RUNNING, claimed_at=NOW)

    assert run_due_jobs(now=NOW + timedelta(seconds=30)) == 0
    assert run_due_jobs(now=NOW + services.ABANDONED_AFTER + timedelta(seconds=1)) == 1


def test_an_unknown_kind_is_refused(done: list[dict]):
    with pytest.raises(LookupError, match=r"test\.work"):
        promise(kind="test.other", key="x", payload={}, now=NOW)

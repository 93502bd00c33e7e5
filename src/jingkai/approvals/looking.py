"""Look-ups by applicants without an account: whoever guesses is stopped for the hour."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from jingkai.approvals.models import Miss
from jingkai.approvals.refusals import TooManyMisses
from jingkai.kernel.words import Words

__all__ = ["check_look_up", "forget_misses", "note_miss"]

# Four digits are ten thousand: ten guesses an hour find one in six weeks of hours.
MOST = {"address": 30, "number": 10}


def check_look_up(*, address: str, number: str, at: datetime) -> None:
    """Refuse a look-up from an address, or for a number, that missed too often this hour."""
    hour = _hour(at)
    for kind, what in _both(address, number):
        missed = Miss.objects.filter(what=what, hour=hour).values_list("count", flat=True).first()
        if (missed or 0) >= MOST[kind]:
            raise TooManyMisses(
                Words(
                    "查询不符的次数太多，请 %(minutes)s 分钟后再试，或带身份证件到窗口查询。",
                    minutes=60 - at.minute,
                )
            )


@transaction.atomic
def note_miss(*, address: str, number: str, at: datetime) -> None:
    """Count a look-up that found nothing."""
    for _, what in _both(address, number):
        found, _made = Miss.objects.get_or_create(what=what, hour=_hour(at))
        Miss.objects.filter(pk=found.pk).update(count=F("count") + 1)


def forget_misses(*, before: datetime) -> int:
    """Forget what was counted earlier; return how many rows that were."""
    return Miss.objects.filter(hour__lt=before - timedelta(hours=1)).delete()[0]


def _both(address: str, number: str) -> Iterator[tuple[str, str]]:
    if address:
        yield "address", f"address:{address}"
    if number := number.strip().upper()[:32]:
        yield "number", f"number:{number}"


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)

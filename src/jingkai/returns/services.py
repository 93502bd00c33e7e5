"""Take returns in, remind firms of them, send the bulletin out.

A sheet is staged in `staging.py` (a large one is worked on in `beside.py`), filed in `filing.py`,
decided in `review.py`; `ties.py` says who files for which firm, `refusals.py` what is refused.
"""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from jingkai.audit.services import note
from jingkai.enterprises.queries import Enterprise
from jingkai.kernel.periods import Period
from jingkai.kernel.returns import ReturnForm
from jingkai.kernel.words import Words, named
from jingkai.org.queries import Person
from jingkai.org.services import check_year_open, tell
from jingkai.returns.beside import LONG_JOBS
from jingkai.returns.filing import confirm, file_online, undo
from jingkai.returns.models import BulletinIssue, Reminder
from jingkai.returns.refusals import (
    NotExplained,
    ReturnRefused,
    StillWrong,
    TieRefused,
    UnitNotSaid,
)
from jingkai.returns.review import accept, explain, send_back
from jingkai.returns.staging import (
    LARGE,
    SHOWN,
    begin,
    begin_taking,
    check_units,
    look_again,
    look_at,
    match,
    open_sent,
    say_units,
    stage,
    stop,
)
from jingkai.returns.ties import let_file, stop_filing

__all__ = [
    "LARGE",
    "LONG_JOBS",
    "SHOWN",
    "NotExplained",
    "ReturnRefused",
    "StillWrong",
    "TieRefused",
    "UnitNotSaid",
    "accept",
    "begin",
    "begin_taking",
    "check_units",
    "confirm",
    "explain",
    "file_online",
    "issue_bulletin",
    "let_file",
    "look_again",
    "look_at",
    "match",
    "open_sent",
    "remind",
    "say_units",
    "send_back",
    "stage",
    "stop",
    "stop_filing",
    "undo",
]


@transaction.atomic
def remind(
    *, form: ReturnForm, period: Period, firms: Iterable[Enterprise], by: Person, on: date
) -> int:
    """Remind firms that have not filed, once a day; return how many were told now."""
    check_year_open(period.last.year)
    wanted = list(firms)
    told = set(
        Reminder.objects.filter(form=form.id, period_id=period.id, on=on).values_list(
            "firm_id", flat=True
        )
    )
    made = [
        Reminder(form=form.id, period_id=period.id, firm=one, on=on, by=by.name)
        for one in wanted
        if one.pk not in told
    ]
    Reminder.objects.bulk_create(made, batch_size=500)
    if made:
        note(
            act="returns.reminded",
            object=f"return:{form.id}:{period.id}",
            detail={"firms": len(made)},
        )
        if by.department_id:
            tell(
                departments=[by.department_id],
                text=Words(
                    "已催报%(period)s%(form)s %(count)s 家，由%(name)s发出。",
                    period=period,
                    form=named(form),
                    count=len(made),
                    name=by.name,
                ),
                url=f"/returns/{form.id}/{period.id}/",
                on=on,
            )
    return len(made)


@transaction.atomic
def issue_bulletin(*, form: ReturnForm, period: Period, by: Person, on: date) -> None:
    """Note that the bulletin of a period goes out today: the next one says what changed since."""
    check_year_open(period.last.year)
    _issue, is_new = BulletinIssue.objects.get_or_create(
        form=form.id, period_id=period.id, on=on, defaults={"by": by.name}
    )
    if not is_new:
        raise ReturnRefused(Words("%(period)s的快报今天已经发出。", period=period))
    note(act="returns.bulletin_issued", object=f"return:{form.id}:{period.id}")

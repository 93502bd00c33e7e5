"""要数: ask each department only for what no fact answers, once, and keep what it answers."""

from datetime import date, timedelta

from django.db import transaction
from django.urls import reverse

from jingkai.cases.queries import working_calendar
from jingkai.kernel.periods import Period
from jingkai.kernel.words import Words, named
from jingkai.org.queries import Person
from jingkai.org.services import check_year_open, tell
from jingkai.plan.queries import Item, find_plan
from jingkai.supervision.models import Question
from jingkai.supervision.queries import answered_by_facts
from jingkai.supervision.refusals import QuestionRefused

__all__ = ["answer_question", "ask_month"]

DAYS_TO_ANSWER = 5
# What is due later than this is left in peace.
DAYS_AHEAD = 92


@transaction.atomic
def ask_month(*, on: date) -> int:
    """Ask how the open work of the plan stands this month; what facts answer is not asked."""
    plan = find_plan(on.year)
    if plan is None:
        return 0
    month = Period.month_of(on)
    # A target answers by its number; whoever lacks one files a reading, which has its own day.
    items = plan.items.filter(lead__isnull=False, done_on=None).exclude(kind=Item.Kind.TARGET)
    items = items.filter(due_on__lte=on + timedelta(DAYS_AHEAD)).select_related("lead")
    known = answered_by_facts([one.pk for one in items], month)
    asked = set(
        Question.objects.filter(item__plan=plan, year=on.year, month=on.month).values_list(
            "item", flat=True
        )
    )
    due_on = working_calendar().add_workdays(on, DAYS_TO_ANSWER)
    made = [
        Question(
            item=one,
            department=one.lead,
            year=on.year,
            month=on.month,
            asked_on=on,
            due_on=due_on,
        )
        for one in items
        if one.pk not in known and one.pk not in asked
    ]
    Question.objects.bulk_create(made)
    counts: dict[str, int] = {}
    for one in made:
        counts[one.department_id] = counts.get(one.department_id, 0) + 1
    for department, count in counts.items():
        tell(
            departments=[department],
            text=Words(
                "%(month)s有 %(count)s 项工作没有记录，请在 %(on)s 前说一句进展。",
                month=month,
                count=count,
                on=due_on,
            ),
            url=reverse("supervision:questions"),
            on=on,
        )
    return len(made)


@transaction.atomic
def answer_question(
    *, question_id: int, progress: str, problem: str, next_step: str, by: Person, on: date
) -> Question:
    """Answer what was asked: progress, problem, next step; an answer may be put right later."""
    asked = Question.objects.select_for_update().select_related("department").get(pk=question_id)
    check_year_open(asked.year)
    if by.department_id != asked.department_id:
        raise QuestionRefused(
            Words(
                "这一项是问%(department)s的，请由他们答复。",
                department=named(asked.department),
            )
        )
    if not progress.strip():
        raise QuestionRefused(Words("请写一句本月进展；没有进展也请写明原因。"))
    asked.progress, asked.problem = progress[:300], problem[:300]
    asked.next_step = next_step[:300]
    asked.answered_on, asked.answered_by = on, by
    asked.save()
    return asked

"""Rows of the schedule: a project, beneath it its steps, beneath a step its nodes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from itertools import pairwise

from django.urls import reverse
from django.utils.translation import gettext as _

from jingkai.documents.charts import Count, Flag, Lane, Span
from jingkai.kernel.lights import LATE_TONES, Light, LightScheme
from jingkai.kernel.nodes import NodeTemplate, WorkNode
from jingkai.projects.counting import Progress, Tally
from jingkai.projects.models import Project
from jingkai.projects.queries import NodeMark
from jingkai.projects.rules import GATES, Wait, node_light
from jingkai.web.language import spoken

__all__ = ["counts_of", "project_lane", "say_wait", "step_lanes", "worst_of"]

_TONES = {"sign": "", "start": "good", "commission": "done", "full_output": "done"}
_WORST = (*LATE_TONES, "near", "caught")


def project_lane(
    project: Project,
    wait: Wait | None,
    *,
    today: date,
    promised: Iterable[Flag] = (),
    progress: Progress | None = None,
    fold: str = "",
    is_open: bool = False,
) -> Lane:
    """Return the row of a project: its gates, how long it waits, its nodes by month."""
    passed = list(project.passed.items())
    spans = [
        Span(f"{_(GATES[gate].name)} → {_(GATES[after].name)}", on, until, _TONES[gate])
        for (gate, on), (after, until) in pairwise(passed)
        if on <= until
    ]
    if passed and wait:
        gate, on = passed[-1]
        due = min(wait.due_on, today) if wait.due_on else today
        name = f"{_(GATES[gate].name)} → {_(GATES[wait.gate].name)}"
        spans.append(Span(name, on, max(on, due), _TONES[gate]))
        if wait.days_over > 0:
            spans.append(Span(_("超出常用时长"), due, today, "late", is_delay=True))
    flags = [Flag(_(GATES[gate].name), on, _(GATES[gate].name)[0].upper()) for gate, on in passed]
    notes, is_late = [say_wait(wait)], wait is not None and wait.days_over > 0
    if progress:
        notes.append(f"{progress.done}/{progress.count}")
        is_late = is_late or progress.late > 0
    page = "projects:nodes" if progress else "projects:detail"
    return Lane(
        project.name,
        tuple(spans),
        (*flags, *promised),
        " · ".join(filter(None, notes)),
        reverse(page, args=[project.pk]),
        "late" if is_late else "",
        counts_of(progress.tallies) if progress else (),
        key=str(project.pk),
        fold=fold,
        is_open=is_open,
    )


def say_wait(wait: Wait | None) -> str:
    """Say how long a project is over the usual time to its next gate; nothing when it is not."""
    if wait is None or wait.days_over <= 0:
        return ""
    words = {"gate": _(GATES[wait.gate].name), "days": wait.days_over}
    return _("▲ %(gate)s超 %(days)s 天") % words


def counts_of(tallies: Iterable[Tally]) -> tuple[Count, ...]:
    """Return what is counted as the drawing wants it; one count a month and light."""
    sums: dict[tuple[date, bool, str], int] = {}
    lights: dict[str, Light] = {}
    for one in tallies:
        key = (one.month, one.is_done, one.light.id)
        sums[key] = sums.get(key, 0) + one.count
        lights[one.light.id] = one.light
    words = {key: spoken(light.word, light.english) for key, light in lights.items()}
    return tuple(
        Count(month, lights[key].shape, lights[key].tone, is_done, count, words[key])
        for (month, is_done, key), count in sums.items()
    )


def worst_of(counts: Iterable[Count]) -> list[Count]:
    """Return one count a month of what is done and one of what is open: that of the worst light."""
    worst: dict[tuple[date, bool], Count] = {}
    for one in sorted(counts, key=lambda one: _rank(one.tone)):
        worst.setdefault((one.month, one.is_done), one)
    return list(worst.values())


def _rank(tone: str) -> int:
    return _WORST.index(tone) if tone in _WORST else len(_WORST)


def step_lanes(
    project: int,
    template: NodeTemplate,
    marks: Sequence[NodeMark],
    *,
    opened: AbstractSet[str],
    fold: Callable[[str], str],
    leads: Mapping[str, str],
    scheme: LightScheme,
    today: date,
) -> list[Lane]:
    """Return the rows beneath a project: its steps, and beneath those that are open their nodes."""
    lights = {
        one.node: node_light(
            scheme, due_on=one.due_on, done_on=one.done_on, was_late=one.was_late, today=today
        )
        for one in marks
    }
    by_step: dict[str, list[NodeMark]] = {}
    for one in marks:
        by_step.setdefault(template.by_id[one.node].step, []).append(one)
    lanes = []
    for step in template.steps:
        own = by_step.get(step.id, [])
        if not own:
            continue
        key = f"{project}.{step.id}"
        done = sum(one.done_on is not None for one in own)
        late = sum(one.done_on is None and one.due_on < today for one in own)
        lanes.append(
            Lane(
                spoken(step.name, step.english),
                (Span(_("计划"), min(o.begin_on for o in own), max(o.due_on for o in own)),),
                note=_step_note(done, len(own), late),
                url=f"{reverse('projects:nodes', args=[project])}#step-{step.id}",
                tone="late" if late else "",
                counts=counts_of(
                    Tally(
                        (one.done_on or one.due_on).replace(day=1),
                        lights[one.node],
                        one.done_on is not None,
                        1,
                    )
                    for one in own
                ),
                depth=1,
                key=key,
                fold=fold(key),
                is_open=step.id in opened,
            )
        )
        if step.id in opened:
            lanes += [
                _node_lane(project, template.by_id[one.node], one, lights[one.node], leads, today)
                for one in own
            ]
    return lanes


def _step_note(done: int, count: int, late: int) -> str:
    if late:
        return _("%(done)s/%(count)s · 逾期 %(late)s") % {
            "done": done,
            "count": count,
            "late": late,
        }
    return f"{done}/{count}"


def _node_lane(
    project: int,
    told: WorkNode,
    mark: NodeMark,
    light: Light,
    leads: Mapping[str, str],
    today: date,
) -> Lane:
    """Return the row of one node: planned from day to day, done or due, and how late."""
    spans = [Span(_("计划"), mark.begin_on, mark.due_on)]
    until = mark.done_on or today
    if until > mark.due_on:
        spans.append(Span(_("逾期"), mark.due_on, until, "late", is_delay=True))
    word = spoken(light.word, light.english)
    flag = Flag(word, mark.done_on or mark.due_on, light.shape, light.tone)
    gate = " ⚑" if told.gate else ""
    return Lane(
        f"{spoken(told.name, told.english)}{gate}",
        tuple(spans),
        (flag,),
        f"{mark.done_on or mark.due_on} {leads.get(mark.lead, mark.lead)}",
        f"{reverse('projects:nodes', args=[project])}#node-{mark.node}",
        light.tone if mark.done_on is None and mark.due_on < today else "",
        depth=2,
    )

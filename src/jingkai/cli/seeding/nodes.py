"""The nodes of the projects under way: done as their gates allow, some late, some moved."""

from collections.abc import Iterable
from datetime import date, timedelta
from random import Random

from jingkai.cli.seeding.chance import workday_from
from jingkai.kernel.plans import ProjectEntry
from jingkai.kernel.zone import current_zone
from jingkai.ledger.services import keep_file
from jingkai.projects.queries import Way, find_way, get_project
from jingkai.projects.services import Closing, close_nodes, lay_out_nodes, move_node

__all__ = ["choose_under_way", "close_invented", "lay_out_invented"]

_BY = "项目专班"
_SIGNED_LAST = 6
# How long a node took, as a share of what the template says.
_PACES = (0.6, 0.8, 1.0, 1.0, 1.0, 1.2, 1.5)
_STALLED = (0, 0, 0, 20, 45)  # working days by which a whole project stands still somewhere
_REASONS = ("用地手续比预计多走一轮", "设备到货推迟，企业书面申请", "外线接入改由二期统一施工")


def choose_under_way(projects: Iterable[ProjectEntry], today: date) -> set[str]:
    """Return the codes of what is being built now, and of what was signed last."""
    kinds = {kind for one in current_zone().nodes.templates.values() for kind in one.kinds}
    known = [one for one in projects if one.kind in kinds]
    built = [one for one in known if _is_building(one, today)]
    signed = [(one.signed_on, one.code) for one in known if one.signed_on and not one.started_on]
    signed = [one for one in signed if one[0] <= today]
    return {one.code for one in built} | {code for _on, code in sorted(signed)[-_SIGNED_LAST:]}


def _is_building(entry: ProjectEntry, today: date) -> bool:
    started, works = entry.started_on, entry.commissioned_on
    return started is not None and started <= today and (works is None or works > today)


def lay_out_invented(project_id: int, on: date) -> None:
    """Lay a project's nodes out from the gates that it has passed."""
    version = get_project(project_id).version
    lay_out_nodes(project_id=project_id, on=on, is_end=False, by=_BY, today=on, version=version)


def close_invented(project_id: int, on: date) -> None:
    """Close what a project must have done to pass its gates and has done since; move what waits."""
    project = get_project(project_id)
    way = find_way(project, today=on, calendar=current_zone().calendar)
    if way is None:
        return
    chance = Random(f"nodes-{project.code}")
    closings = _closings(way, on, chance)
    if closings:
        text = f"演示凭证：{project.name}节点台账\n"
        project = close_nodes(
            project_id=project_id,
            closings=closings,
            by=_BY,
            today=on,
            proof=[keep_file(data=text.encode(), name="节点台账（演示）.txt", note="演示")],
            version=project.version,
        )
        way = find_way(project, today=on, calendar=current_zone().calendar)
    late = next((one for one in way.ready if one.due_on < on), None) if way else None
    if late and chance.random() < 0.8:
        due_on = workday_from(on + timedelta(days=chance.randint(8, 70)), current_zone().calendar)
        move_node(
            project_id=project_id,
            node=late.node,
            due_on=due_on,
            by=_BY,
            today=on,
            reason=chance.choice(_REASONS),
            version=project.version,
        )


def _closings(way: Way, on: date, chance: Random) -> list[Closing]:
    """Return what is done by a day, one after the other, never after a gate that waited for it."""
    template, calendar = way.pinned.template, current_zone().calendar
    done = {key: node.done_on for key, node in way.nodes.items() if node.done_on}
    by: dict[str, date] = {}
    for gate, passed_on in sorted(done.items(), key=lambda one: one[1], reverse=True):
        by |= dict.fromkeys(template.before(gate), passed_on)
    stalled, stalls_at = chance.choice(_STALLED), chance.choice(template.in_order).id
    closings = []
    for one in template.in_order:
        pace, days = chance.choice(_PACES), stalled if one.id == stalls_at else 0
        if one.gate or any(need not in done for need in one.after):
            continue
        begin = max([way.nodes[one.id].begin_on, *(done[need] for need in one.after)])
        day = calendar.add_workdays(begin, round(one.days * pace) + days)
        day = min(day, by.get(one.id, day))
        if day <= on:
            done[one.id] = day
            closings.append(Closing(one.id, day))
    return closings

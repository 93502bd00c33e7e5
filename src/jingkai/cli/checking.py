"""Check a zone package: it loads, every example gives its value and notices careless edits."""

from django.conf import settings

from jingkai.cli.seeding.parameters import read_life
from jingkai.engines.examples import disagreeing_examples
from jingkai.kernel.examples import failing_examples
from jingkai.kernel.load import ZoneRefused, collect_fact_types, load_zone
from jingkai.kernel.mutants import surviving_mutants
from jingkai.kernel.plans import (
    read_past_plans,
    read_people,
    read_plan,
    read_progress,
    read_projects,
    read_readings,
)
from jingkai.org.rules import read_roles

__all__ = ["check_zone"]


def check_zone(package: str) -> tuple[list[str], int]:
    """Return what is wrong with a zone package, and how many definitions were checked."""
    try:
        zone = load_zone(package, collect_fact_types(settings.CONTEXTS))
    except ZoneRefused as refusal:
        return [str(refusal)], 0
    problems = [
        f"{package} {indicator.id}：{problem}"
        for indicator in zone.indicators.values()
        for fact_type in [zone.fact_types.get(indicator.over)]
        for problem in (
            *failing_examples(indicator, fact_type),
            *disagreeing_examples(indicator, fact_type),
            *surviving_mutants(indicator, fact_type),
        )
    ]
    for name, read in _SHEETS.items():
        if (zone.folder / name).exists():
            try:
                read(zone)
            except ZoneRefused as refusal:
                problems.append(str(refusal))
    return problems, len(zone.indicators)


_SHEETS = {
    "roles.yaml": lambda zone: read_roles(zone.folder / "roles.yaml"),
    "plan.yaml": read_plan,
    "people.yaml": read_people,
    "projects.yaml": read_projects,
    "readings.yaml": read_readings,
    "progress.yaml": read_progress,
    "plans": read_past_plans,
    "life.yaml": read_life,
}

"""Check a zone package: it loads, and every example gives its value."""

from django.conf import settings

from jingkai.engines.examples import failing_examples
from jingkai.kernel.load import ZoneRefused, collect_fact_types, load_zone

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
        for problem in failing_examples(indicator, zone.fact_types[indicator.over])
    ]
    return problems, len(zone.indicators)

"""Load the zone when the house starts."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig

from jingkai.kernel.facttypes import FactType
from jingkai.kernel.zone import Zone, install


def collect_fact_types(contexts: list[str]) -> dict[str, FactType]:
    """Return every fact type that a context declares in its facts.py, by id."""
    declared: dict[str, FactType] = {}
    for context in contexts:
        if find_spec(f"jingkai.{context}.facts"):
            module = import_module(f"jingkai.{context}.facts")
            found = [value for value in vars(module).values() if isinstance(value, FactType)]
            declared |= {fact_type.id: fact_type for fact_type in found}
    return declared


def load_zone(package: str, contexts: list[str]) -> Zone:
    """Load a zone package against the fact types of the contexts."""
    from jingkai.kernel import load

    return load.load_zone(package, collect_fact_types(contexts))


class HouseConfig(AppConfig):
    """The house itself: it has no tables, only the zone that it opens."""

    name = "jingkai.config"
    label = "house"

    def ready(self) -> None:
        """Install the zone that the settings name."""
        from django.conf import settings

        install(load_zone(settings.JINGKAI_ZONE, settings.CONTEXTS))

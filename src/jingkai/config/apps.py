"""Load the zone when the house starts."""

from django.apps import AppConfig

from jingkai.kernel.load import collect_fact_types, load_zone
from jingkai.kernel.zone import install


class HouseConfig(AppConfig):
    """The house itself: it has no tables, only the zone that it opens."""

    name = "jingkai.config"
    label = "house"

    def ready(self) -> None:
        """Install the zone that the settings name."""
        from django.conf import settings

        install(load_zone(settings.JINGKAI_ZONE, collect_fact_types(settings.CONTEXTS)))

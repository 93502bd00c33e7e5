"""Load the zone when the house starts."""

import gc

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

        from jingkai.org.rules import ROLES, read_roles

        zone = load_zone(settings.JINGKAI_ZONE, collect_fact_types(settings.CONTEXTS))
        install(zone)
        if (own := zone.folder / "roles.yaml").exists():
            ROLES.update(read_roles(own))
        # All this lives as long as the process: the collector need not walk it again and again.
        gc.freeze()

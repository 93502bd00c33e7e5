"""The fact types of the house and both zones, loaded once for the pure tests."""

from jingkai.config.contexts import CONTEXTS
from jingkai.kernel.load import collect_fact_types
from tests.conftest import DEMO_ZONE, TINY_ZONE, zone_of

__all__ = ["FACT_TYPES", "ZONES"]

FACT_TYPES = collect_fact_types(CONTEXTS)
ZONES = {package: zone_of(package) for package in (DEMO_ZONE, TINY_ZONE)}

"""What the tests of commands share: the demo zone, opened by processes of their own."""

from collections.abc import Callable

import pytest

from tests.conftest import DEMO_ZONE, TODAY
from tests.houses import House


@pytest.fixture(scope="session")
def demo(lived_in: Callable[[str], House]) -> dict[str, str]:
    """Return the environment that opens the demo zone."""
    return lived_in(DEMO_ZONE).environment | {"JINGKAI_DATE": TODAY.isoformat()}

"""What the tests of faults share: a house of its own for processes that they start."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgresql import SERVER, own_database

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Return the environment of a house of its own, with a database of its own."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("DJANGO_")}
    environment |= {
        "JINGKAI_DATA": str(tmp_path),
        "JINGKAI_ZONE": "tests.tiny",
        "JINGKAI_DATE": "2021-06-30",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }
    if not SERVER:
        yield environment
        return
    with own_database("house") as address:
        yield environment | {"JINGKAI_DATABASE": address}

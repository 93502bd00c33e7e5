"""What the tests of faults share: a house of its own for processes that they start."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def house(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a house of its own, on the database that the tests run on."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("DJANGO_")}
    environment |= {
        "JINGKAI_DATA": str(tmp_path),
        "JINGKAI_ZONE": "tests.tiny",
        "JINGKAI_DATE": "2021-06-30",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }
    return environment

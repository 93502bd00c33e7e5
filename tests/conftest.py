"""What tests share: two zones to live in, and people to sign in as."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from jingkai.config.contexts import CONTEXTS
from jingkai.kernel.load import collect_fact_types, load_zone
from jingkai.kernel.zone import Zone, installed
from jingkai.org.models import Department, Person
from jingkai.org.rules import ROLES
from jingkai.org.services import add_person, open_departments
from tests.houses import House, filled_house
from tests.postgresql import SERVER

TODAY = date(2021, 6, 30)
DEMO_ZONE, TINY_ZONE = "zones.changde", "tests.tiny"


# Whole areas without a database, or with one of their own that is no PostgreSQL.
collect_ignore = "browser cli documents kernel reading seeding".split() if SERVER else []
# What opens databases of its own there, in processes or by address.
ON_POSTGRESQL = {"backup", "database", "faults"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out on PostgreSQL what no database can change: `make test` ran it on SQLite."""
    if not SERVER:
        return
    kept = [one for one in items if _hangs_on_the_database(one)]
    config.hook.pytest_deselected(items=[*set(items).difference(kept)])
    items[:] = kept


def _hangs_on_the_database(item: pytest.Item) -> bool:
    area = item.path.relative_to(Path(__file__).parent).parts[0]
    if area in ON_POSTGRESQL:
        return True
    if item.get_closest_marker("any_database") or item.get_closest_marker("browser"):
        return False
    asks = {"db", "transactional_db"} & set(getattr(item, "fixturenames", []))
    if not asks and not item.get_closest_marker("django_db"):
        return False
    # Pages of both zones ask alike; what their definitions ask is tested where it is computed.
    lives_in = getattr(item, "callspec", None) and item.callspec.params.get("zone")
    return not (area == "web" and lives_in == TINY_ZONE)


@cache
def zone_of(package: str) -> Zone:
    """Return a zone package, loaded once."""
    return load_zone(package, collect_fact_types(CONTEXTS))


@pytest.fixture(params=[DEMO_ZONE, TINY_ZONE])
def zone(request: pytest.FixtureRequest, db: None) -> Iterator[Zone]:
    """Live in each zone in turn: the demo zone, and a tiny one with other words."""
    with installed(zone_of(request.param)) as zone:
        open_departments(zone)
        yield zone


@pytest.fixture
def changde(db: None) -> Iterator[Zone]:
    """Live in the demo zone."""
    with installed(zone_of(DEMO_ZONE)) as zone:
        open_departments(zone)
        yield zone


@pytest.fixture(scope="session")
def lived_in(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Callable[[str], House]:
    """Return the way to a zone with everything its package brings: filled once for all workers."""
    own = tmp_path_factory.getbasetemp()
    folder = own if worker_id == "master" else own.parent
    return lambda package: filled_house(package, folder)


@pytest.fixture(autouse=True)
def emptied_ledger(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let a test that commits be cleaned up after: the chains refuse that."""
    marker = request.node.get_closest_marker("django_db")
    if not (marker and marker.kwargs.get("transaction")):
        yield
        return
    request.getfixturevalue("transactional_db")
    guards = [
        import_module("jingkai.ledger.migrations.0003_kept_pieces_and_lake"),
        import_module("jingkai.audit.migrations.0002_append_only"),
    ]
    with connection.schema_editor() as editor:
        for guard in guards:
            guard.unguard(apps, editor)
            guard.guard(apps, editor)
    yield
    with connection.schema_editor() as editor:
        for guard in guards:
            guard.unguard(apps, editor)


@pytest.fixture(autouse=True)
def evidence_root(settings, tmp_path: Path) -> None:
    """Keep evidence and published heads in a folder of the test."""
    settings.EVIDENCE_ROOT = tmp_path / "evidence"
    settings.AUDIT_HEADS = tmp_path / "audit-heads"


def sign_in(role: str) -> Client:
    """Return the client of somebody with this role."""
    person = Person.objects.filter(role=role).first()
    if person is None:
        department = Department.objects.first()
        person, _ = add_person(
            account=f"test-{role}", name=f"测试{role}", role=role, department=department
        )
        person.must_change_password = False
        person.save()
        if ROLES[role].is_admin:
            TOTPDevice.objects.create(user=person, name=person.account)
    client = Client()
    client.force_login(person)
    return client

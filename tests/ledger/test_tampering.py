"""Changing what was recorded behind the product's back is found and named."""

from datetime import date

import pytest
from django.db import connection

from jingkai.kernel.zone import Zone
from jingkai.ledger.queries import find_broken_entry
from tests.ledger.test_record import put, started

TAMPERINGS = {
    "a value": "UPDATE ledger_fact SET \"values\" = '{}' WHERE id = {fact}",
    "a date": "UPDATE ledger_fact SET \"on\" = '2021-01-01' WHERE id = {fact}",
    "an actor": "UPDATE ledger_entry SET actor = '乙' WHERE number = 2",
    "the known date": "UPDATE ledger_entry SET known_on = '2021-01-01' WHERE number = 2",
    "a reason": "UPDATE ledger_entry SET reason = 'y' WHERE number = 2",
    "a whole fact": "DELETE FROM ledger_fact WHERE id = {fact}",
}


@pytest.mark.parametrize("statement", TAMPERINGS.values(), ids=TAMPERINGS)
def test_tampering_is_found_at_its_entry(changde: Zone, statement: str):
    put(started(1), known_on=date(2021, 6, 1))
    fact = put(started(2)).facts.get()
    put(started(3))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
        else:
            for table in ("fact", "entry"):
                for act in ("update", "delete"):
                    cursor.execute(f"DROP TRIGGER ledger_{table}_no_{act}")
        cursor.execute(statement.replace("{fact}", str(fact.pk)))
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = DEFAULT")

    broken = find_broken_entry()

    assert broken is not None
    assert broken.number == 2

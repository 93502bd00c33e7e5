"""What the tables of the busiest writes cost, and what a change of a table must not lose."""

import sqlite3

import pytest
from django.apps import apps
from django.db import connection, connections, models
from django.db.utils import DatabaseError

from jingkai.audit.queries import AuditLine
from jingkai.audit.services import note
from jingkai.database.sqlite.base import DatabaseWrapper

BUSIEST = ("audit.AuditLine", "ledger.Entry", "ledger.Fact")
CELL = ("area", "dimension", "key", "last", "first")
IN_ORDER = {
    "cases.Action": ("case_id", "number"),
    "cases.OpenWork": ("case_id", "bit"),
    "ledger.KeptPiece": ("definition_id", *CELL),
    "ledger.PieceDelta": ("definition_id", "known_on", "entry", *CELL),
}


@pytest.fixture
def fresh():
    """Return SQLite as a new house has it, whatever the tests run on."""
    made = DatabaseWrapper(connection.settings_dict | {"NAME": ":memory:", "OPTIONS": {}}, "fresh")
    made.connection = sqlite3.connect(":memory:")
    connections["fresh"] = made
    yield made
    made.close()
    del connections["fresh"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", BUSIEST)
def test_the_busiest_tables_keep_no_highest_number_on_a_page_of_their_own(name, fresh):
    with fresh.schema_editor(collect_sql=True) as editor:
        made, _ = editor.table_sql(apps.get_model(name))
        counted, _ = editor.table_sql(apps.get_model("cases.Case"))
    assert "integer NOT NULL PRIMARY KEY" in made
    assert "AUTOINCREMENT" not in made
    assert "AUTOINCREMENT" in counted


@pytest.mark.django_db
@pytest.mark.parametrize("name", IN_ORDER)
def test_rows_that_are_read_together_lie_together(name, fresh):
    with fresh.schema_editor(collect_sql=True) as editor:
        made, _ = editor.table_sql(apps.get_model(name))
    key = ", ".join(f'"{column}"' for column in IN_ORDER[name])
    assert made.endswith(f"PRIMARY KEY ({key})) WITHOUT ROWID")
    fresh.connection.execute(made)
    columns = [
        row[1]
        for row in fresh.connection.execute(f"PRAGMA table_info({name.replace('.', '_').lower()})")
    ]
    assert tuple(columns[: len(IN_ORDER[name])]) == IN_ORDER[name]


@pytest.mark.django_db(transaction=True)
def test_a_table_that_is_made_anew_still_refuses_changes():
    note(act="office.opened")
    old = AuditLine._meta.get_field("act")
    new = models.CharField("操作", max_length=81)
    new.set_attributes_from_name("act")
    new.model = AuditLine
    for before, after in ((old, new), (new, old)):
        with connection.schema_editor() as editor:
            editor.alter_field(AuditLine, before, after)
        for statement in ("UPDATE audit_auditline SET act = ''", "DELETE FROM audit_auditline"):
            with connection.cursor() as cursor, pytest.raises(DatabaseError, match="只追加"):
                cursor.execute(statement)

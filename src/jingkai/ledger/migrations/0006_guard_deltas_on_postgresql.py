"""Let PostgreSQL refuse to change the log of deltas, as SQLite does."""

from importlib import import_module

from django.db import migrations

REFUSAL = import_module("jingkai.ledger.migrations.0002_append_only").REFUSAL


def guard(apps, schema_editor):
    """Refuse to change what an entry did to a piece, as long as the piece is kept."""
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute(
        "CREATE OR REPLACE FUNCTION ledger_refuse_delta() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN IF EXISTS (SELECT 1 FROM ledger_keptdefinition WHERE id = OLD.definition_id) THEN "
        f"RAISE EXCEPTION '{REFUSAL}'; END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
    )
    for act in ("UPDATE", "DELETE"):
        schema_editor.execute(
            f"CREATE TRIGGER ledger_piecedelta_no_{act.lower()} BEFORE {act} ON ledger_piecedelta "
            "FOR EACH ROW EXECUTE FUNCTION ledger_refuse_delta()"
        )


def unguard(apps, schema_editor):
    """Take the triggers away again."""
    if schema_editor.connection.vendor == "postgresql":
        for act in ("update", "delete"):
            schema_editor.execute(
                f"DROP TRIGGER IF EXISTS ledger_piecedelta_no_{act} ON ledger_piecedelta"
            )
        schema_editor.execute("DROP FUNCTION IF EXISTS ledger_refuse_delta()")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_columns_of_a_lake_file")]
    operations = [migrations.RunPython(guard, unguard)]

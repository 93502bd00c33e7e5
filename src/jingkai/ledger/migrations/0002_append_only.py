"""Let the database itself refuse to change or delete what is recorded."""

from django.db import migrations

TABLES = ("ledger_entry", "ledger_fact", "ledger_evidence")
REFUSAL = "账本只追加:更正请另记一条"


def guard(apps, schema_editor):
    """Install the refusing triggers, and the one row that ends the chain."""
    apps.get_model("ledger", "LedgerHead").objects.get_or_create(pk=1)
    if schema_editor.connection.vendor == "postgresql":
        _guard_postgresql(schema_editor)
        return
    for table in TABLES:
        for act in ("UPDATE", "DELETE"):
            schema_editor.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )


def _guard_postgresql(schema_editor):
    schema_editor.execute(
        "CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
    )
    for table in TABLES:
        for act, each in (("UPDATE", "ROW"), ("DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
            schema_editor.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"FOR EACH {each} EXECUTE FUNCTION ledger_refuse()"
            )


def unguard(apps, schema_editor):
    """Take the triggers away again."""
    is_postgres = schema_editor.connection.vendor == "postgresql"
    acts = ("update", "delete", "truncate") if is_postgres else ("update", "delete")
    for table in TABLES:
        for act in acts:
            on = f" ON {table}" if is_postgres else ""
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{act}{on}")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]

"""Let the database itself refuse to change or delete what was noted."""

from django.db import migrations

TABLE = "audit_auditline"
REFUSAL = "审计只追加，不能改也不能删"


def guard(apps, schema_editor):
    """Install the refusing triggers."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
        )
        for act, each in (("UPDATE", "ROW"), ("DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
            schema_editor.execute(
                f"CREATE TRIGGER {TABLE}_no_{act.lower()} BEFORE {act} ON {TABLE} "
                f"FOR EACH {each} EXECUTE FUNCTION audit_refuse()"
            )
        return
    for act in ("UPDATE", "DELETE"):
        schema_editor.execute(
            f"CREATE TRIGGER {TABLE}_no_{act.lower()} BEFORE {act} ON {TABLE} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )


def unguard(apps, schema_editor):
    """Take the triggers away again."""
    is_postgres = schema_editor.connection.vendor == "postgresql"
    for act in ("update", "delete", "truncate") if is_postgres else ("update", "delete"):
        on = f" ON {TABLE}" if is_postgres else ""
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {TABLE}_no_{act}{on}")


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]

"""Lay open work and actions in the order of their keys; their row numbers meant nothing."""

from django.db import migrations

from jingkai.database.fields import LaidInOrder

KEYS = {"OpenWork": ("step_open_once", "bit"), "Action": ("action_numbered_once", "number")}


def lay_in_order(apps, editor):
    for name, (constraint, part) in KEYS.items():
        model = apps.get_model("cases", name)
        table = model._meta.db_table
        if editor.connection.vendor == "sqlite":
            _copy(editor, model, table)
        else:
            editor.execute(
                f"ALTER TABLE {table} DROP CONSTRAINT {constraint}, DROP COLUMN id, "
                f"ADD PRIMARY KEY (case_id, {part})"
            )


def _copy(editor, model, table):
    """SQLite cannot change the key of a table: its rows move to a new one."""
    with editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = %s AND sql <> ''",
            [table],
        )
        indexes = [name for (name,) in cursor.fetchall()]
    for index in indexes:
        editor.execute(f'DROP INDEX "{index}"')
    editor.execute(f"ALTER TABLE {table} RENAME TO old_{table}")
    editor.create_model(model)
    columns = ", ".join(f'"{field.column}"' for field in model._meta.local_concrete_fields)
    editor.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM old_{table}")
    editor.execute(f"DROP TABLE old_{table}")


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_numbers_of_rows")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                operation
                for name, (constraint, part) in KEYS.items()
                for operation in (
                    migrations.RemoveConstraint(model_name=name.lower(), name=constraint),
                    migrations.RemoveField(model_name=name.lower(), name="id"),
                    migrations.AddField(
                        model_name=name.lower(),
                        name="pk",
                        field=LaidInOrder(
                            "case_id",
                            part,
                            blank=True,
                            editable=False,
                            primary_key=True,
                            serialize=False,
                        ),
                    ),
                )
            ]
        ),
        migrations.RunPython(lay_in_order, elidable=False),
    ]

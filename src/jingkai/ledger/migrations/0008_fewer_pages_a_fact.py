"""Touch fewer pages with every fact.

Kept pieces and their deltas lie in the order of their keys, their row numbers meant nothing; facts
that correct none stand in no index of corrections; nobody looks for entries by their day alone.
"""

import django.db.models.deletion
from django.db import migrations, models

from jingkai.database.fields import LaidInOrder

CELL = ("area", "dimension", "key", "last", "first")
KEYS = {
    "KeptPiece": ("definition_id", *CELL),
    "PieceDelta": ("definition_id", "known_on", "entry", *CELL),
}


def lay_in_order(apps, editor):
    for name, key in KEYS.items():
        model = apps.get_model("ledger", name)
        table = model._meta.db_table
        if editor.connection.vendor == "sqlite":
            _copy(editor, model, table)
        else:
            columns = ", ".join(f'"{column}"' for column in key)
            editor.execute(f"ALTER TABLE {table} DROP COLUMN id, ADD PRIMARY KEY ({columns})")


def _copy(editor, model, table):
    """SQLite cannot change the key of a table: its rows move to a new one, its triggers too."""
    with editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE tbl_name = %s AND sql <> ''"
            " AND type IN ('index', 'trigger')",
            [table],
        )
        beside = cursor.fetchall()
    for kind, name, _ in beside:
        editor.execute(f'DROP {kind} "{name}"')
    editor.execute(f"ALTER TABLE {table} RENAME TO old_{table}")
    editor.create_model(model)
    columns = ", ".join(f'"{field.column}"' for field in model._meta.local_concrete_fields)
    editor.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM old_{table}")
    editor.execute(f"DROP TABLE old_{table}")
    for kind, _, sql in beside:
        if kind == "trigger":
            editor.execute(sql, params=None)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0007_numbers_of_rows")]

    operations = [
        migrations.RemoveIndex("entry", "ledger_entr_known_o_90e14f_idx"),
        migrations.AlterField(
            "fact",
            "corrects",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="correction",
                to="ledger.fact",
                verbose_name="更正",
            ),
        ),
        migrations.AddConstraint(
            "fact",
            models.UniqueConstraint(
                condition=models.Q(corrects__isnull=False),
                fields=("corrects",),
                name="fact_corrected_once",
            ),
        ),
        migrations.RemoveIndex("piecedelta", "ledger_delta_entry_idx"),
        migrations.RemoveIndex("piecedelta", "ledger_delta_piece_day_idx"),
        migrations.RemoveConstraint("keptpiece", "piece_kept_once"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                operation
                for name, key in KEYS.items()
                for operation in (
                    migrations.RemoveField(name.lower(), "id"),
                    migrations.AddField(
                        name.lower(),
                        "pk",
                        LaidInOrder(
                            *key, blank=True, editable=False, primary_key=True, serialize=False
                        ),
                    ),
                )
            ]
        ),
        migrations.RunPython(lay_in_order, elidable=False),
    ]

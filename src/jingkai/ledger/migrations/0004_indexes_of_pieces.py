"""Let pieces be found by definition and area, and deltas by definition and day."""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

guards = import_module("jingkai.ledger.migrations.0003_kept_pieces_and_lake")

FOREIGN = {"on_delete": django.db.models.deletion.CASCADE, "to": "ledger.keptdefinition"}


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_kept_pieces_and_lake")]
    operations = [
        # A table that SQLite makes anew loses its triggers: they are taken off before, put on after.
        migrations.RunPython(guards.unguard, guards.guard),
        migrations.AlterField(
            "keptpiece", "definition", models.ForeignKey(db_index=False, **FOREIGN)
        ),
        migrations.AlterField(
            "piecedelta", "definition", models.ForeignKey(db_index=False, **FOREIGN)
        ),
        migrations.RemoveIndex("piecedelta", "ledger_delta_known_on_idx"),
        migrations.AddIndex(
            "piecedelta",
            models.Index(fields=["definition", "known_on"], name="ledger_delta_piece_day_idx"),
        ),
        migrations.RunPython(guards.guard, guards.unguard),
    ]

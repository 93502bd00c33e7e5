"""Pieces that are kept, the lake's files, staged entries; months of facts as numbers."""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

from jingkai.kernel.months import month_number
from jingkai.kernel.periods import parse_period

guards = import_module("jingkai.ledger.migrations.0002_append_only")


def number_months(apps, schema_editor):
    """Fill the last month of the facts that are there."""
    if schema_editor.connection.vendor == "postgresql":
        # A table with pending checks cannot be altered later in the same transaction.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    Fact = apps.get_model("ledger", "Fact")
    for fact in Fact.objects.iterator():
        last = fact.on or parse_period(fact.period_id).last
        Fact.objects.filter(pk=fact.pk).update(last_month=month_number(last))


def guard(apps, schema_editor):
    """Refuse changes of what has a number; what is staged may be numbered or dropped."""
    apps.get_model("ledger", "LakeMark").objects.get_or_create(pk=1)
    guards.guard(apps, schema_editor)
    if schema_editor.connection.vendor == "postgresql":
        _guard_postgresql(schema_editor)
        return
    for table in guards.TABLES:
        is_numbered = (
            "OLD.number IS NOT NULL"
            if table == "ledger_entry"
            else "(SELECT number FROM ledger_entry WHERE id = OLD.entry_id) IS NOT NULL"
        )
        for act in ("UPDATE", "DELETE"):
            schema_editor.execute(f"DROP TRIGGER {table}_no_{act.lower()}")
            schema_editor.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"WHEN {is_numbered} BEGIN SELECT RAISE(ABORT, '{guards.REFUSAL}'); END"
            )
    for act in ("UPDATE", "DELETE"):
        schema_editor.execute(
            f"CREATE TRIGGER ledger_piecedelta_no_{act.lower()} BEFORE {act} ON ledger_piecedelta "
            "WHEN EXISTS (SELECT 1 FROM ledger_keptdefinition WHERE id = OLD.definition_id) "
            f"BEGIN SELECT RAISE(ABORT, '{guards.REFUSAL}'); END"
        )


def _guard_postgresql(schema_editor):
    schema_editor.execute(
        "CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "DECLARE numbered bigint; BEGIN "
        "IF TG_OP = 'TRUNCATE' THEN "
        f"RAISE EXCEPTION '{guards.REFUSAL}'; END IF; "
        "IF TG_TABLE_NAME = 'ledger_entry' THEN numbered := OLD.number; ELSE "
        "SELECT number INTO numbered FROM ledger_entry WHERE id = OLD.entry_id; END IF; "
        f"IF numbered IS NOT NULL THEN RAISE EXCEPTION '{guards.REFUSAL}'; END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
    )


def unguard(apps, schema_editor):
    """Take the triggers away again."""
    if schema_editor.connection.vendor != "postgresql":
        for act in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS ledger_piecedelta_no_{act}")
    guards.unguard(apps, schema_editor)


CELL = [
    ("area", models.CharField(max_length=20, verbose_name="区域")),
    ("dimension", models.CharField(max_length=30, verbose_name="维度")),
    ("key", models.CharField(max_length=80, verbose_name="类别")),
    ("last", models.IntegerField(verbose_name="截至月")),
    ("first", models.IntegerField(verbose_name="起始月")),
]


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_append_only")]
    operations = [
        migrations.RunPython(guards.unguard, guards.guard),
        migrations.AlterField(
            "entry", "number",
            models.PositiveBigIntegerField(null=True, unique=True, verbose_name="编号"),
        ),
        migrations.AlterField(
            "entry", "digest",
            models.CharField(max_length=64, null=True, unique=True, verbose_name="链摘要"),
        ),
        migrations.AddField(
            "fact", "area", models.CharField(default="", max_length=20, verbose_name="区域")
        ),
        migrations.AddField(
            "fact", "last_month", models.IntegerField(null=True, verbose_name="截至月")
        ),
        migrations.RunPython(number_months, migrations.RunPython.noop),
        migrations.AlterField("fact", "last_month", models.IntegerField(verbose_name="截至月")),
        migrations.RemoveIndex("fact", "ledger_fact_type_a2057a_idx"),
        migrations.AddIndex(
            "fact",
            models.Index(fields=["type", "area", "last_month"], name="ledger_fact_type_months_idx"),
        ),
        migrations.CreateModel(
            "KeptDefinition",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("piece", models.CharField(max_length=120, unique=True, verbose_name="分项")),
                ("type", models.CharField(max_length=60, verbose_name="事实类型")),
            ],
            {"verbose_name": "保存的分项"},
        ),
        migrations.CreateModel(
            "KeptPiece",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                *CELL,
                ("total", models.CharField(max_length=42, verbose_name="合计")),
                ("present", models.BigIntegerField(verbose_name="已报个数")),
                ("definition", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="ledger.keptdefinition")),
            ],
            {
                "verbose_name": "分项合计",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("definition", "area", "dimension", "key", "last", "first"),
                        name="piece_kept_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            "PieceDelta",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                *[(name, field.clone()) for name, field in CELL],
                ("total", models.CharField(max_length=42, verbose_name="合计之差")),
                ("present", models.BigIntegerField(verbose_name="个数之差")),
                ("known_on", models.DateField(verbose_name="知悉日")),
                ("entry", models.PositiveBigIntegerField(verbose_name="条目编号")),
                ("definition", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="ledger.keptdefinition")),
            ],
            {
                "verbose_name": "分项变动",
                "indexes": [
                    models.Index(fields=["known_on"], name="ledger_delta_known_on_idx"),
                    models.Index(fields=["entry"], name="ledger_delta_entry_idx"),
                ],
            },
        ),
        migrations.CreateModel(
            "LakeFile",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(max_length=200, unique=True, verbose_name="文件")),
                ("kind", models.CharField(max_length=12, verbose_name="种类")),
                ("type", models.CharField(max_length=60, verbose_name="事实类型")),
                ("year", models.IntegerField(verbose_name="年份")),
                ("block", models.CharField(default="", max_length=20, verbose_name="区域块")),
                ("schema", models.CharField(max_length=40, verbose_name="列版本")),
                ("rows", models.PositiveBigIntegerField(verbose_name="行数")),
                ("first_entry", models.PositiveBigIntegerField(verbose_name="首条目")),
                ("last_entry", models.PositiveBigIntegerField(verbose_name="末条目")),
                ("generation", models.PositiveIntegerField(default=0, verbose_name="代")),
                ("replaced_in", models.PositiveIntegerField(null=True, verbose_name="被替换于")),
            ],
            {"verbose_name": "数据湖文件"},
        ),
        migrations.CreateModel(
            "LakeMark",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("entry", models.PositiveBigIntegerField(default=0, verbose_name="末条目")),
                ("generation", models.PositiveIntegerField(default=0, verbose_name="代")),
            ],
            {"verbose_name": "数据湖水位"},
        ),
        migrations.RunPython(guard, unguard),
    ]

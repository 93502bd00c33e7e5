"""The themes of a plan become rows; what an item called its theme becomes its place in the tree."""

import django.db.models.deletion
from django.db import migrations, models


def grow(apps, schema_editor):
    """Make a theme of every name that a plan's items bear, in the order of the items."""
    plans = apps.get_model("plan", "Plan")
    items = apps.get_model("plan", "Item")
    themes = apps.get_model("plan", "Theme")
    for plan in plans.objects.all():
        made = {}
        named = items.objects.filter(plan=plan).exclude(theme_name="").order_by("number")
        for name in dict.fromkeys(named.values_list("theme_name", flat=True)):
            made[name] = themes.objects.create(plan=plan, name=name, place=len(made) + 1)
            items.objects.filter(plan=plan, theme_name=name).update(theme=made[name])
        for edition in plan.editions.all():
            # What is published stays as it is; only the tree that it implied is written beside it.
            printed = dict.fromkeys(one["theme"] for one in edition.content)
            edition.themes = [
                {"id": made[name].pk, "parent": None, "name": name}
                for name in printed
                if name in made
            ]
            edition.save(update_fields=["themes"])


def fell(apps, schema_editor):
    """Write the widest name back to every item."""
    items = apps.get_model("plan", "Item")
    for item in items.objects.exclude(theme=None).select_related("theme"):
        items.objects.filter(pk=item.pk).update(theme_name=item.theme.name)


class Migration(migrations.Migration):
    dependencies = [("plan", "0005_share_invented")]

    operations = [
        migrations.CreateModel(
            name="Theme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60, verbose_name="名称")),
                ("place", models.PositiveSmallIntegerField(verbose_name="顺序")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="版本")),
                ("parent", models.ForeignKey(null=True, on_delete=django.db.models.deletion.RESTRICT, related_name="below", to="plan.theme", verbose_name="上一级")),
                ("plan", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="themes", to="plan.plan")),
            ],
            options={
                "verbose_name": "重点任务",
                "ordering": ["plan", "place"],
                "constraints": [
                    models.UniqueConstraint(condition=models.Q(("parent", None)), fields=("plan", "name"), name="widest_theme_named_once"),
                    models.UniqueConstraint(condition=models.Q(("parent__isnull", False)), fields=("parent", "name"), name="theme_named_once_below_another"),
                    models.CheckConstraint(condition=models.Q(("parent", None), models.Q(("parent", models.F("id")), _negated=True), _connector="OR"), name="theme_is_not_below_itself"),
                ],
            },
        ),
        migrations.RenameField("item", "theme", "theme_name"),
        migrations.AddField(
            "item",
            "theme",
            models.ForeignKey(null=True, on_delete=django.db.models.deletion.RESTRICT, related_name="items", to="plan.theme", verbose_name="重点任务"),
        ),
        migrations.AddField("edition", "themes", models.JSONField(default=list, verbose_name="重点任务")),
        migrations.RunPython(grow, fell),
    ]

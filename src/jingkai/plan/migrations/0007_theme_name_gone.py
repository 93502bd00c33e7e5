"""The name that an item bore stands in the tree now."""

from django.db import migrations


class Migration(migrations.Migration):
    # Apart from the rows before it: PostgreSQL changes no table whose constraints still wait.
    dependencies = [("plan", "0006_theme_tree")]

    operations = [migrations.RemoveField("item", "theme_name")]

from django.db import migrations, models
from django.utils import timezone


def begin_today(apps, schema_editor):
    """Count the age of passwords and of idleness from the day on which it is first kept."""
    today = timezone.localdate()
    apps.get_model("org", "Person").objects.update(password_on=today, opened_on=today)


class Migration(migrations.Migration):
    dependencies = [("org", "0005_second_factor_and_passwords")]

    operations = [
        migrations.AddField(
            model_name="person",
            name="opened_on",
            field=models.DateField(null=True, verbose_name="账号启用于"),
        ),
        migrations.RunPython(begin_today, migrations.RunPython.noop),
    ]

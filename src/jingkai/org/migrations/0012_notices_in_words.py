from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("org", "0011_notices_in_person")]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="words",
            field=models.JSONField(default=dict, verbose_name="内容和其中的值"),
        ),
    ]

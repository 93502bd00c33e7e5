"""An account files for a firm from one day to another; what stood before begins today."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("returns", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            "firmuser", {"verbose_name": "企业用户", "ordering": ["-from_on", "-pk"]}
        ),
        migrations.AlterField(
            "firmuser",
            "person",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="firms_filed_for",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            "firmuser",
            "from_on",
            models.DateField("起", default=django.utils.timezone.localdate),
            preserve_default=False,
        ),
        migrations.AddField(
            "firmuser",
            "let_by",
            models.CharField("对应人", max_length=80, default="系统"),
            preserve_default=False,
        ),
        migrations.AddField("firmuser", "until_on", models.DateField("止", null=True)),
        migrations.AddField(
            "firmuser", "ended_by", models.CharField("解除人", max_length=80, default="")
        ),
        migrations.AddConstraint(
            "firmuser",
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(("until_on", None)),
                name="one_firm_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            "firmuser",
            models.CheckConstraint(
                condition=models.Q(
                    ("until_on", None),
                    ("until_on__gte", models.F("from_on")),
                    _connector="OR",
                ),
                name="filing_for_a_firm_ends_after_it_begins",
            ),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mail", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="mailaddress",
            name="language",
            field=models.CharField(default="zh-hans", max_length=10, verbose_name="用语"),
        ),
    ]

"""What was kept of a large sheet is kept without a language now: look at it anew."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

STOPPED = {"text": "没有做完，什么都没有写入；请重新上传，或联系系统管理员。", "values": {}}


def stop_kept_drafts(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Stop the large sheets that wait for their sender: nothing of them was written."""
    kept = apps.get_model("returns", "ReturnFile").objects.filter(state="draft").exclude(seen={})
    kept.update(state="stopped", seen={}, progress={"refused": STOPPED})


class Migration(migrations.Migration):

    dependencies = [("returns", "0004_bulletin_issues")]

    operations = [migrations.RunPython(stop_kept_drafts, migrations.RunPython.noop, elidable=True)]

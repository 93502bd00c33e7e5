"""The textbook engine: a case, a row for each step, a log; Django models saved one by one."""

import os
import tempfile

from graph import NEEDS, STEPS
from turns import take_turns

AFTER = {step: [one for one in STEPS if step in NEEDS[one]] for step in STEPS}


def set_up(task):
    """Open the cases before the clock runs; the work is every step of every case."""
    import django
    from django.conf import settings

    folder = tempfile.TemporaryDirectory(prefix="jingkai-rival-")
    settings.configure(
        INSTALLED_APPS=[],
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": os.path.join(folder.name, "cases.sqlite3"),
                "OPTIONS": {
                    "transaction_mode": "IMMEDIATE",
                    "timeout": 20,
                    "init_command": "PRAGMA journal_mode=WAL; "
                    f"PRAGMA synchronous={task['synchronous']}; "
                    "PRAGMA wal_autocheckpoint=16000;",
                },
            }
        },
    )
    django.setup()
    from django.db import connection, models, transaction
    from django.utils import timezone

    class Case(models.Model):  # noqa: DJ008, nobody prints it
        state = models.CharField(max_length=10, default="open")
        changed_at = models.DateTimeField(auto_now=True)

        class Meta:
            app_label = "rival"

    class Step(models.Model):  # noqa: DJ008, nobody prints it
        case = models.ForeignKey(Case, models.CASCADE, related_name="steps")
        name = models.CharField(max_length=20)
        state = models.CharField(max_length=10, default="waiting")
        desk = models.CharField(max_length=20, default="desk")
        changed_at = models.DateTimeField(auto_now=True)

        class Meta:
            app_label = "rival"

    class Log(models.Model):  # noqa: DJ008, nobody prints it
        case = models.ForeignKey(Case, models.CASCADE)
        step = models.CharField(max_length=20)
        actor = models.CharField(max_length=20)
        words = models.CharField(max_length=200)
        at = models.DateTimeField()

        class Meta:
            app_label = "rival"

    with connection.schema_editor() as editor:
        for model in (Case, Step, Log):
            editor.create_model(model)

    rounds = [0]

    @transaction.atomic
    def open_cases():
        rounds[0] += 1
        opened = []
        for _ in range(task["cases"]):
            case = Case.objects.create()
            for name, needs in NEEDS.items():
                Step.objects.create(case=case, name=name, state="waiting" if needs else "active")
            opened.append(case.pk)
        return opened

    @transaction.atomic
    def act(case_id, name):
        case = Case.objects.select_for_update().get(pk=case_id)
        step = case.steps.get(name=name)
        assert step.state == "active"
        step.state = "done"
        step.save()
        for follower in case.steps.filter(name__in=AFTER[name], state="waiting"):
            needed = case.steps.filter(name__in=NEEDS[follower.name])
            if not needed.exclude(state="done").exists():
                follower.state = "active"
                follower.save()
        if not case.steps.exclude(state="done").exists():
            case.state = "closed"
        case.save()
        Log.objects.create(case=case, step=name, actor="officer", words="agreed", at=timezone.now())

    waiting = [open_cases()]

    def work():
        for case in waiting.pop():
            for step in STEPS:
                act(case, step)

        def told():
            found = {
                "finished": Case.objects.filter(state="closed").count() // rounds[0],
                "events": Log.objects.count() // rounds[0],
                "left": Step.objects.filter(state="active").count(),
            }
            waiting.append(open_cases())
            return found

        return told

    work.folder = folder
    return work


take_turns(set_up)

"""SpiffWorkflow as a web request uses it: load the case, do one step, save it, log it."""

import os
import sqlite3
import tempfile
import time

from graph import NEEDS, STEPS
from turns import take_turns


def make_spec():
    """Return the twelve steps as a workflow; a join stands where several are waited for."""
    from SpiffWorkflow.specs.Join import Join
    from SpiffWorkflow.specs.Simple import Simple
    from SpiffWorkflow.specs.StartTask import StartTask
    from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec

    spec = WorkflowSpec(name="permit")
    spec.start = StartTask(spec)
    made = {}
    for name in STEPS:
        made[name] = Simple(spec, name, manual=True)
        needs = NEEDS[name]
        if not needs:
            spec.start.connect(made[name])
        elif len(needs) == 1:
            made[needs[0]].connect(made[name])
        else:
            join = Join(spec, f"before_{name}")
            for need in needs:
                made[need].connect(join)
            join.connect(made[name])
    return spec


def set_up(task):
    """Open the cases before the clock runs; the work is every step of every case."""
    from SpiffWorkflow.serializer.json import JSONSerializer
    from SpiffWorkflow.util.task import TaskState
    from SpiffWorkflow.workflow import Workflow

    serializer = JSONSerializer()
    spec = make_spec()
    folder = tempfile.TemporaryDirectory(prefix="jingkai-rival-")
    db = sqlite3.connect(os.path.join(folder.name, "cases.sqlite3"), isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute(f"PRAGMA synchronous={task['synchronous']}")
    db.execute("PRAGMA wal_autocheckpoint=16000")
    db.execute("CREATE TABLE kase (id INTEGER PRIMARY KEY, is_done INT DEFAULT 0, body TEXT)")
    db.execute("CREATE TABLE event (id INTEGER PRIMARY KEY, kase INT, step TEXT, at TEXT)")
    rounds = [0]

    def dump(workflow):
        return workflow.serialize(serializer)

    def open_cases():
        rounds[0] += 1
        opened = []
        db.execute("BEGIN IMMEDIATE")
        for _ in range(task["cases"]):
            workflow = Workflow(spec)
            workflow.run_all(halt_on_manual=True)
            made = db.execute("INSERT INTO kase (body) VALUES (?)", (dump(workflow),))
            opened.append(made.lastrowid)
        db.execute("COMMIT")
        return opened

    def act(case, step):
        db.execute("BEGIN IMMEDIATE")
        body = db.execute("SELECT body FROM kase WHERE id = ?", (case,)).fetchone()[0]
        workflow = Workflow.deserialize(serializer, body)
        ready = [
            one for one in workflow.get_tasks(state=TaskState.READY) if one.task_spec.name == step
        ]
        workflow.run_task_from_id(ready[0].id)
        workflow.run_all(halt_on_manual=True)
        db.execute(
            "UPDATE kase SET body = ?, is_done = ? WHERE id = ?",
            (dump(workflow), workflow.is_completed(), case),
        )
        db.execute(
            "INSERT INTO event (kase, step, at) VALUES (?, ?, ?)",
            (case, step, time.strftime("%Y-%m-%d %H:%M:%S")),
        )
        db.execute("COMMIT")

    waiting = [open_cases()]

    def work():
        for case in waiting.pop():
            for step in STEPS:
                act(case, step)

        def told():
            def count(query):
                return db.execute(query).fetchone()[0]

            found = {
                "finished": count("SELECT count(*) FROM kase WHERE is_done") // rounds[0],
                "events": count("SELECT count(*) FROM event") // rounds[0],
                "left": count("SELECT count(*) FROM kase WHERE NOT is_done"),
            }
            waiting.append(open_cases())
            return found

        return told

    work.folder = folder
    return work


take_turns(set_up)

"""Cases moved by hand-written SQL: one row of state, rows of open work, one audit row a step."""

import os
import sqlite3
import tempfile
import time

from graph import NEEDS, STEPS
from turns import take_turns

BIT = {step: 1 << place for place, step in enumerate(STEPS)}
MASK = {step: sum(BIT[need] for need in needs) for step, needs in NEEDS.items()}
AFTER = {step: [one for one in STEPS if step in NEEDS[one]] for step in STEPS}
TABLES = """
CREATE TABLE kase (id INTEGER PRIMARY KEY, done INT, active INT, version INT);
CREATE TABLE open_work (kase INT, step TEXT, desk TEXT, since TEXT, PRIMARY KEY (kase, step));
CREATE INDEX by_desk ON open_work (desk);
CREATE TABLE event (id INTEGER PRIMARY KEY, kase INT, step TEXT, actor TEXT, words TEXT, at TEXT);
CREATE INDEX by_case ON event (kase);
"""


class Sqlite:
    """SQLite in WAL; BEGIN IMMEDIATE takes the lock."""

    mark = "?"

    def __init__(self, task):
        self.folder = tempfile.TemporaryDirectory(prefix="jingkai-rival-")
        path = os.path.join(self.folder.name, "cases.sqlite3")
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute(f"PRAGMA synchronous={task['synchronous']}")
        self.db.execute("PRAGMA wal_autocheckpoint=16000")
        self.db.executescript(TABLES)
        self.execute = self.db.execute

    def begin(self):
        self.execute("BEGIN IMMEDIATE")


class Postgres:
    """PostgreSQL; the case row is locked by the read."""

    mark = "%s"

    def __init__(self, task):
        import psycopg

        self.db = psycopg.connect(task["postgres"], autocommit=True)
        for table in ("kase", "open_work", "event"):
            self.db.execute(f"DROP TABLE IF EXISTS {table}")
        for statement in TABLES.replace(
            "event (id INTEGER PRIMARY KEY", "event (id SERIAL PRIMARY KEY"
        ).split(";"):
            if statement.strip():
                self.db.execute(
                    statement.replace(" INT", " BIGINT").replace("BIGINTEGER", "BIGINT")
                )
        self.execute = self.db.execute

    def begin(self):
        self.execute("BEGIN")


def set_up(task):
    """Open the cases before the clock runs; the work is every step of every case."""
    db = Postgres(task) if task.get("postgres") else Sqlite(task)
    lock = " FOR UPDATE" if task.get("postgres") else ""
    sql = {
        name: text.replace("?", db.mark)
        for name, text in {
            "new": "INSERT INTO kase VALUES (?, 0, ?, 1)",
            "open": "INSERT INTO open_work VALUES (?, ?, ?, ?)",
            "read": f"SELECT done, active, version FROM kase WHERE id = ?{lock}",
            "move": "UPDATE kase SET done = ?, active = ?, version = version + 1 "
            "WHERE id = ? AND version = ?",
            "close": "DELETE FROM open_work WHERE kase = ? AND step = ?",
            "event": "INSERT INTO event (kase, step, actor, words, at) VALUES (?, ?, ?, ?, ?)",
        }.items()
    }
    turn = {"first": 1}

    def open_cases():
        first = turn["first"]
        turn["first"] += task["cases"]
        db.begin()
        for case in range(first, turn["first"]):
            db.execute(sql["new"], (case, BIT["receive"]))
            db.execute(sql["open"], (case, "receive", "desk", "2021-06-30"))
        db.execute("COMMIT")
        return range(first, turn["first"])

    def act(case, step):
        db.begin()
        done, active, version = db.execute(sql["read"], (case,)).fetchone()
        assert active & BIT[step]
        done, active = done | BIT[step], active & ~BIT[step]
        fresh = [one for one in AFTER[step] if MASK[one] & done == MASK[one]]
        for one in fresh:
            active |= BIT[one]
        moved = db.execute(sql["move"], (done, active, case, version))
        assert moved.rowcount == 1
        db.execute(sql["close"], (case, step))
        now = time.strftime("%Y-%m-%d %H:%M:%S")
        for one in fresh:
            db.execute(sql["open"], (case, one, "desk", now))
        db.execute(sql["event"], (case, step, "officer", "agreed", now))
        db.execute("COMMIT")

    waiting = [open_cases()]

    def work():
        cases = waiting.pop()
        for case in cases:
            for step in STEPS:
                act(case, step)

        def told():
            finished = db.execute("SELECT count(*) FROM kase WHERE active = 0").fetchone()[0]
            events = db.execute("SELECT count(*) FROM event").fetchone()[0]
            left = db.execute("SELECT count(*) FROM open_work").fetchone()[0]
            waiting.append(open_cases())
            rounds = turn["first"] // task["cases"] - 1
            return {"finished": finished // rounds, "events": events // rounds, "left": left}

        return told

    return work


take_turns(set_up)

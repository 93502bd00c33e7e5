"""Writers on SQLite take turns as they asked, and are told once the disk has what they wrote."""

import fcntl
import os
import threading
import time

import pytest
from django.db import OperationalError, connection

from jingkai.database.sqlite.base import DatabaseWrapper

# Django keeps tests away from connections that they did not ask for.
pytestmark = pytest.mark.django_db

INIT = "PRAGMA journal_mode=WAL; PRAGMA synchronous={};"


@pytest.fixture
def house(tmp_path):
    """Return what opens one more connection to a database of its own."""
    opened = []

    def open_one(synchronous="FULL", timeout=5):
        options = {
            "transaction_mode": "IMMEDIATE",
            "timeout": timeout,
            "init_command": INIT.format(synchronous),
        }
        settings = connection.settings_dict | {
            "ENGINE": "jingkai.database.sqlite",
            "NAME": str(tmp_path / "house.sqlite3"),
            "OPTIONS": options,
        }
        made = DatabaseWrapper(settings, "house")
        made.inc_thread_sharing()
        made.connect()
        opened.append(made)
        return made

    yield open_one
    for one in opened:
        one.close()


def begin(database):
    database.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


def end(database):
    database.commit()
    database.set_autocommit(True)


def write(database, what="x"):
    database.connection.execute("CREATE TABLE IF NOT EXISTS told (what TEXT)")
    database.connection.execute("INSERT INTO told VALUES (?)", (what,))


def mode(database):
    return database.connection.execute("PRAGMA synchronous").fetchone()[0]


def test_a_commit_is_flushed_after_the_turn_and_before_anybody_is_told(house, monkeypatch):
    one = house()
    seen = []

    def flush(log):
        free = os.open(f"{one.settings_dict['NAME']}-turn", os.O_RDWR)
        fcntl.flock(free, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.close(free)
        seen.append(os.path.basename(os.readlink(f"/proc/self/fd/{log}")))

    monkeypatch.setattr("jingkai.database.sqlite.base.os.fdatasync", flush)
    for _ in range(2):
        begin(one)
        write(one)
        assert mode(one) == 1
        end(one)
    assert seen == ["house.sqlite3-wal"] * 2
    assert mode(one) == 2


def test_a_statement_of_its_own_is_flushed_by_sqlite(house):
    one = house()
    assert mode(one) == 2
    begin(one)
    write(one)
    one.rollback()
    one.set_autocommit(True)
    assert mode(one) == 2
    assert not one.connection.execute("SELECT 1 FROM sqlite_master").fetchall()


def test_a_house_that_asked_for_less_is_not_flushed(house, monkeypatch):
    one = house("NORMAL")
    monkeypatch.setattr("jingkai.database.sqlite.base.os.fdatasync", pytest.fail)
    begin(one)
    write(one)
    end(one)
    assert mode(one) == 1


def test_a_flush_that_fails_is_told(house, monkeypatch):
    def broken(log):
        raise OSError(5, "Input/output error")

    one = house()
    monkeypatch.setattr("jingkai.database.sqlite.base.os.fdatasync", broken)
    begin(one)
    write(one)
    with pytest.raises(OperationalError, match="may not be on the disk"):
        end(one)


def test_who_asked_first_goes_first(house):
    holder, writers, order = house(), [house() for _ in range(4)], []
    begin(holder)

    def ask(number):
        begin(writers[number])
        order.append(number)
        write(writers[number], str(number))
        end(writers[number])

    asking = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for one in asking:
        one.start()
        time.sleep(0.05)
    end(holder)
    for one in asking:
        one.join(timeout=10)
    assert order == [0, 1, 2, 3]


def test_who_waits_too_long_is_told_so_and_stands_in_nobodys_way(house):
    holder, late, later = house(), house(timeout=0.05), house()
    begin(holder)
    with pytest.raises(OperationalError, match="locked"):
        begin(late)
    end(holder)
    begin(later)
    write(later)
    end(later)

"""Back a zone up into a folder, restore it into an empty place, and prove that it can be done.

A restore begins before the house is open: what needs the open house is imported where it is used.
"""

import hashlib
import hmac
import json
import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jingkai.backup.rules import JOB_KINDS
from jingkai.kernel.words import Words, words_of

__all__ = [
    "LONG_JOBS",
    "BackupRefused",
    "ask_for",
    "back_up",
    "check_backup",
    "drill",
    "restore",
]

MANIFEST = "manifest.json"
_KEYS = ("audit.key", "secret.key", "field.key")
_FOLDERS = ("evidence", "package", "audit-heads")


class BackupRefused(RuntimeError):
    """A backup or a restore that cannot be made like this; nothing was touched."""


def back_up(target: Path, *, with_keys: bool) -> dict[str, Any]:
    """Write database, evidence, package and heads into a new folder, with a sealed manifest."""
    from django.conf import settings
    from django.db import connection
    from django.utils import timezone

    import jingkai
    from jingkai.audit.services import note
    from jingkai.kernel.zone import current_zone

    if target.exists():
        raise BackupRefused(Words("%(target)s 已存在。请换一个新的文件夹名。", target=target))
    part = target.with_name(f"{target.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    begun = time.monotonic()
    is_sqlite = connection.vendor == "sqlite"
    tables, head = _copy_sqlite(part) if is_sqlite else _copy_postgresql(part)
    # Evidence is only ever added: what the copy of the database names is there by now.
    for name in _FOLDERS:
        source = Path(settings.EVIDENCE_ROOT if name == "evidence" else settings.DATA / name)
        if source.exists():
            shutil.copytree(source, part / name, ignore=shutil.ignore_patterns("__pycache__"))
    for key in _KEYS if with_keys else ():
        if (settings.DATA / key).exists():
            shutil.copy2(settings.DATA / key, part / key)
    manifest = {
        "version": jingkai.__version__,
        "made_at": timezone.now().isoformat(),
        "zone": current_zone().id,
        "package": settings.JINGKAI_ZONE,
        "engine": connection.vendor,
        "migrations": _migrations(),
        "tables": tables,
        "files": {str(path.relative_to(part)): _digest(path) for path in _files(part)},
        "ledger": head,
    }
    manifest["seal"] = _seal(settings.AUDIT_KEY, manifest)
    (part / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1), "utf-8")
    os.replace(part, target)
    note(act="backup.made", object=str(target), detail=_figures(target, manifest, begun))
    return manifest


def ask_for(kind: str, *, by: Any, now: datetime) -> None:
    """Promise a backup or a drill; one at a time, since each copies the whole zone."""
    from django.db import transaction

    from jingkai.audit.services import note
    from jingkai.jobs.queries import list_open_jobs
    from jingkai.jobs.services import promise

    with transaction.atomic():
        note(act="backup.asked", detail={"kind": kind})  # who asks at once waits for this line
        if list_open_jobs(JOB_KINDS).exists():
            raise BackupRefused(Words("备份或演练正在进行，请等它做完再要下一次。"))
        payload = {"account": by.account, "name": by.name, "at": now.isoformat()}
        promise(kind=kind, key=f"{kind}:{now.isoformat()}", payload=payload, now=now)


def _make_asked(payload: dict[str, Any]) -> None:
    from django.conf import settings
    from django.utils import timezone

    made_at = timezone.localtime(datetime.fromisoformat(payload["at"]))
    folder = settings.BACKUPS / f"{made_at:%Y%m%d-%H%M%S}"
    _asked(payload, lambda: back_up(folder, with_keys=False))


def _drill_asked(payload: dict[str, Any]) -> None:
    _asked(payload, lambda: drill(None))


def _asked(payload: dict[str, Any], work: Callable[[], object]) -> None:
    """Do what somebody asked for in their name; what went wrong stands in the audit chain."""
    from jingkai.audit.rules import Origin, Outcome
    from jingkai.audit.services import acting, note

    with acting(Origin(account=payload["account"], name=payload["name"])):
        try:
            work()
        except Exception as problem:
            is_said = isinstance(problem, BackupRefused)
            detail: dict[str, Any] = {"why": str(problem if is_said else repr(problem))[:300]}
            if is_said:
                detail["words"] = words_of(problem).plain()  # the page says it to its reader
            note(act="backup.failed", outcome=Outcome.FAILED, detail=detail)
            raise


LONG_JOBS = {"backup.make": _make_asked, "backup.drill": _drill_asked}


def check_backup(source: Path, key: bytes | None) -> dict[str, Any]:
    """Return the manifest of a backup; refuse one that is cut, changed or of another key."""
    try:
        manifest: dict[str, Any] = json.loads((source / MANIFEST).read_text("utf-8"))
        files, seal = manifest["files"], manifest["seal"]
    except (OSError, ValueError, KeyError, TypeError):
        raise BackupRefused(
            Words(
                "%(source)s 不是完整的备份：清单 %(manifest)s 缺失或读不出。",
                source=source,
                manifest=MANIFEST,
            )
        ) from None
    if key is None:
        raise BackupRefused(
            Words("备份里没有密钥。请用 --key 指定 audit.key，或设 JINGKAI_AUDIT_KEY。")
        )
    if not hmac.compare_digest(seal, _seal(key, manifest)):
        raise BackupRefused(Words("密钥和这份备份不符，或清单被改过。请核对 audit.key。"))
    for name, digest in files.items():
        path = source / name
        if not path.is_file() or _digest(path) != digest:
            raise BackupRefused(
                Words("备份文件 %(name)s 缺失、被截断或被改过。请换一份备份。", name=name)
            )
    return manifest


def restore(
    source: Path, *, data: Path, key_file: Path | None, open_house: Callable[[], None]
) -> dict[str, Any]:
    """Restore a backup into an empty place; everything is checked before anything is written.

    `open_house` sets the product up on the new place, which the environment names by then.
    """
    inside = source / "audit.key"
    given = os.environ.get("JINGKAI_AUDIT_KEY")
    key_file = key_file or (inside if inside.exists() else None)
    key = key_file.read_text().strip().encode() if key_file else given.encode() if given else None
    manifest = check_backup(source, key)
    if data.exists() and any(data.iterdir()):
        raise BackupRefused(
            Words("%(data)s 不是空的，不敢覆盖。请用 --data 指定一个空文件夹。", data=data)
        )
    _check_version(manifest)
    _check_place(manifest)
    data.mkdir(parents=True, exist_ok=True)
    for name in _FOLDERS:
        if (source / name).exists():
            shutil.copytree(source / name, data / name)
    for name in _KEYS:
        if (source / name).exists():
            shutil.copy2(source / name, data / name)
    if key_file and not (data / "audit.key").exists():
        shutil.copy2(key_file, data / "audit.key")
    if manifest["engine"] == "sqlite":
        shutil.copy2(source / "jingkai.sqlite3", data / "jingkai.sqlite3")
    os.environ |= {"JINGKAI_DATA": str(data), "JINGKAI_ZONE": manifest["package"]}
    open_house()
    _prove(source, manifest)
    return manifest


def drill(source: Path | None) -> dict[str, Any]:
    """Back up, restore into a scratch place, compare, and note that a restore was proved."""
    from jingkai.audit.services import note

    begun = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="jingkai-drill-") as scratch,
        _scratch_database() as elsewhere,
    ):
        made = source or Path(scratch) / "backup"
        if source is None:
            back_up(made, with_keys=True)
        command = [sys.executable, "-m", "jingkai.cli", "restore"]
        done = subprocess.run(
            [*command, str(made), "--data", f"{scratch}/new"],
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | elsewhere,
        )
        if done.returncode:
            raise BackupRefused(Words("演练没有通过：%(said)s", said=done.stderr.strip()))
        manifest: dict[str, Any] = json.loads((made / MANIFEST).read_text("utf-8"))
        figures = _figures(made, manifest, begun)
    note(act="backup.proved", detail=figures | {"made_at": manifest["made_at"]})
    return manifest


@contextmanager
def _scratch_database() -> Iterator[dict[str, str]]:
    """Give the environment of an empty database that lasts for one drill; a file needs none."""
    from django.db import DatabaseError, connection

    if connection.vendor == "sqlite":
        yield {}
        return
    name = f"jingkai_drill_{secrets.token_hex(4)}"
    try:
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    except DatabaseError as problem:
        raise BackupRefused(
            Words(
                "建不了演练库（%(problem)s）。请让数据库管理员给这个用户 CREATEDB 权限，"
                "或自备一个空库：JINGKAI_DATABASE=<空库> jingkai restore …",
                problem=problem,
            )
        ) from None
    try:
        yield {
            "JINGKAI_DATABASE": urlsplit(os.environ["JINGKAI_DATABASE"])
            ._replace(path=f"/{name}")
            .geturl()
        }
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _prove(source: Path, manifest: dict[str, Any]) -> None:
    """Bring the restored house up and compare it with the manifest: rows, contents, chains."""
    from django.core.management import call_command
    from django.db import connection

    from jingkai.audit.queries import broken_places
    from jingkai.audit.services import note
    from jingkai.ledger.queries import ledger_head

    if connection.vendor == "postgresql":
        _fill_postgresql(source, manifest)
        found = _postgresql_tables()
    else:
        with closing(sqlite3.connect(connection.settings_dict["NAME"])) as base:
            found = _sqlite_tables(base)
    if wrong := [name for name, told in manifest["tables"].items() if found.get(name) != told]:
        raise BackupRefused(Words("恢复后和清单不符的表：%(names)s。请换一份备份。", names=wrong))
    call_command("migrate", verbosity=0, interactive=False)
    if broken := broken_places():
        raise BackupRefused(Words("恢复后的链校验不过：%(broken)s", broken=" ".join(broken)))
    if list(ledger_head()[1:]) != manifest["ledger"]:
        raise BackupRefused(Words("恢复后的账本末端和清单不符。"))
    note(act="backup.restored", object=str(source), detail={"made_at": manifest["made_at"]})


def _check_version(manifest: dict[str, Any]) -> None:
    import jingkai

    if _numbers(manifest["version"]) > _numbers(jingkai.__version__):
        raise BackupRefused(
            Words(
                "备份来自较新的版本 %(version)s（本机 %(own)s）。请先升级。",
                version=manifest["version"],
                own=jingkai.__version__,
            )
        )


def _check_place(manifest: dict[str, Any]) -> None:
    """Refuse another zone and another engine than the environment names."""
    wanted = os.environ.get("JINGKAI_ZONE")
    if wanted and wanted != manifest["package"]:
        raise BackupRefused(
            Words(
                "这是经开区“%(zone)s”（%(package)s）的备份，"
                "而 JINGKAI_ZONE 指的是 %(wanted)s。请核对。",
                zone=manifest["zone"],
                package=manifest["package"],
                wanted=wanted,
            )
        )
    url = os.environ.get("JINGKAI_DATABASE", "")
    engine = "postgresql" if url.startswith("postgres") else "sqlite"
    if engine != manifest["engine"]:
        raise BackupRefused(
            Words(
                "备份是 %(made_with)s 的，现在设的是 %(engine)s。请用同一种数据库。",
                made_with=manifest["engine"],
                engine=engine,
            )
        )
    if engine == "postgresql":
        _check_empty(url)


def _check_empty(url: str) -> None:
    """Refuse a database that somebody works in, before anything of it is touched."""
    import psycopg

    try:
        with psycopg.connect(url, connect_timeout=10) as base:
            there = base.execute("SELECT to_regclass('org_person') IS NOT NULL").fetchone()
            if there == (True,) and base.execute("SELECT 1 FROM org_person LIMIT 1").fetchone():
                raise BackupRefused(
                    Words("JINGKAI_DATABASE 里已有人员，不是空库，不敢覆盖。请建一个空库。")
                )
    except psycopg.OperationalError as problem:
        raise BackupRefused(
            Words("连不上 JINGKAI_DATABASE：%(problem)s。请核对地址和口令。", problem=problem)
        ) from None


Tables = dict[str, list[object]]


def _copy_sqlite(part: Path) -> tuple[Tables, list[object]]:
    """Copy the database; return its tables and the end of its ledger, both as copied."""
    from django.db import connection

    connection.ensure_connection()
    with closing(sqlite3.connect(part / "jingkai.sqlite3")) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        (sound,) = copy.execute("PRAGMA integrity_check").fetchone()
        if sound != "ok":
            raise BackupRefused(Words("数据库本身已损坏（%(sound)s），备份没有做成。", sound=sound))
        head = copy.execute("SELECT number, digest FROM ledger_ledgerhead").fetchone()
        return _sqlite_tables(copy), list(head)


def _sqlite_tables(base: sqlite3.Connection) -> dict[str, list[object]]:
    """Return rows and content digest of each table, in the order in which it is laid."""
    names = base.execute(
        "SELECT name, wr FROM pragma_table_list "
        "WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    told: dict[str, list[object]] = {}
    for name, has_no_rowid in sorted(names):
        key = "rowid"
        if has_no_rowid:
            parts = base.execute(
                "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", [name]
            )
            key = ", ".join(f'"{part}"' for (part,) in parts)
        digest, rows = hashlib.sha256(), 0
        for row in base.execute(f'SELECT * FROM "{name}" ORDER BY {key}'):
            digest.update(repr(row).encode())
            rows += 1
        told[name] = [rows, digest.hexdigest()]
    return told


def _copy_postgresql(part: Path) -> tuple[Tables, list[object]]:
    """Copy the database as of one moment, as `_copy_sqlite` does."""
    from django.db import connection, transaction

    from jingkai.ledger.queries import ledger_head

    (part / "tables").mkdir()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        for name in _postgresql_names():
            with (part / "tables" / f"{name}.csv").open("wb") as file:
                for block in _copy_out(name):
                    file.write(block)
        return _postgresql_tables(), list(ledger_head()[1:])


def _postgresql_names() -> list[str]:
    from django.db import connection

    return sorted(connection.introspection.table_names())


def _copy_out(name: str) -> Iterator[bytes]:
    from django.db import connection

    with connection.cursor() as cursor:
        columns = [
            f'"{one.name}"' for one in connection.introspection.get_table_description(cursor, name)
        ]
        # The same text wherever it is written: neither the order in which columns were once added
        # nor how the server sorts words may change it.
        chosen = ", ".join(sorted(columns))
        order = f'{columns[0]}::text COLLATE "C"' if name in _worded(cursor) else columns[0]
        statement = (
            f'COPY (SELECT {chosen} FROM "{name}" ORDER BY {order}) TO STDOUT (FORMAT csv, HEADER)'
        )
        with cursor.cursor.copy(statement) as copy:
            for block in copy:
                yield bytes(block)


def _worded(cursor: Any) -> set[str]:
    """Return the tables whose first column, which is their key, is a word."""
    cursor.execute(
        "SELECT table_name FROM information_schema.columns WHERE ordinal_position = 1"
        " AND table_schema = current_schema() AND data_type IN ('character varying', 'text')"
    )
    return {name for (name,) in cursor.fetchall()}


def _postgresql_tables() -> dict[str, list[object]]:
    from django.db import connection

    told: dict[str, list[object]] = {}
    for name in _postgresql_names():
        digest = hashlib.sha256()
        for block in _copy_out(name):
            digest.update(block)
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT count(*) FROM "{name}"')
            told[name] = [cursor.fetchone()[0], digest.hexdigest()]
    return told


def _fill_postgresql(source: Path, manifest: dict[str, Any]) -> None:
    """Fill an empty database that has the shape of this version; foreign keys wait for the end."""
    from django.core.management import call_command
    from django.db import connection, transaction

    call_command("migrate", verbosity=0, interactive=False)
    if _migrations() != manifest["migrations"]:
        raise BackupRefused(Words("备份的表结构和本版本不同。请用做备份的那个版本恢复，再升级。"))
    names = list(manifest["tables"])
    with transaction.atomic(), connection.cursor() as cursor:
        for name in names:
            cursor.execute(f'SELECT EXISTS (SELECT 1 FROM "{name}")')
            if cursor.fetchone()[0]:
                cursor.execute(f'DELETE FROM "{name}"')
        for name in names:
            with (source / "tables" / f"{name}.csv").open("rb") as file:
                heads = file.readline().decode().strip().split(",")
                columns = ", ".join(f'"{head}"' for head in heads)
                statement = f'COPY "{name}" ({columns}) FROM STDIN (FORMAT csv)'
                with cursor.cursor.copy(statement) as copy:
                    while block := file.read(1 << 16):
                        copy.write(block)
        # Whatever counts on from its rows, also where it is no model: the list of migrations.
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND is_identity = 'YES'"
        )
        for name, column in cursor.fetchall():
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('\"{name}\"', '{column}'),"
                f' coalesce(max("{column}"), 1), max("{column}") IS NOT NULL) FROM "{name}"'
            )


def _migrations() -> list[str]:
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)


def _files(part: Path) -> Iterator[Path]:
    return (path for path in sorted(part.rglob("*")) if path.is_file())


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _seal(key: bytes, manifest: dict[str, Any]) -> str:
    told = {name: value for name, value in manifest.items() if name != "seal"}
    text = json.dumps(told, ensure_ascii=False, sort_keys=True)
    return hmac.new(key, b"backup|" + text.encode(), "sha256").hexdigest()


def _total(manifest: dict[str, Any]) -> int:
    return sum(rows for rows, _ in manifest["tables"].values())


def _figures(folder: Path, manifest: dict[str, Any], begun: float) -> dict[str, object]:
    return {
        "rows": _total(manifest),
        "files": len(manifest["files"]),
        "bytes": sum(path.stat().st_size for path in _files(folder)),
        "seconds": round(time.monotonic() - begun),
    }


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(one) for one in version.split(".") if one.isdecimal())

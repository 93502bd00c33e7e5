"""Databases of their own on the PostgreSQL server that the tests run on."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg

SERVER = os.environ.get("JINGKAI_DATABASE", "")


def sql(address: str, statement: str) -> list[tuple]:
    """Run one statement and return its rows."""
    with psycopg.connect(address, autocommit=True) as base:
        done = base.execute(statement)
        return done.fetchall() if done.description else []


@contextmanager
def own_database(kind: str, order: str = "") -> Iterator[str]:
    """Lend the address of an empty database, which sorts words by `order` if the server can."""
    name = f"{kind}_{secrets.token_hex(4)}"
    known = order and sql(SERVER, f"SELECT 1 FROM pg_collation WHERE collname = '{order}'")
    sorts = f"TEMPLATE template0 LC_COLLATE '{order}' LC_CTYPE '{order}'" if known else ""
    sql(SERVER, f'CREATE DATABASE "{name}" {sorts}')
    try:
        yield urlsplit(SERVER)._replace(path=f"/{name}").geturl()
    finally:
        sql(SERVER, f'DROP DATABASE "{name}" WITH (FORCE)')

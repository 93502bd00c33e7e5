"""The same ledger as the product's, read into Arrow: every version, narrow decimals."""

import datetime
import decimal
import json
import sqlite3

import pyarrow as pa

READING = {"amount": 2, "rate": 4, "share": 4, "quantity": 0, "area": 4}


def open_ledger(path):
    """Return the readings, the gates and what superseded what, as Arrow tables."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as ledger:
        found = ledger.execute(
            'SELECT f.id, f.type, f.subject, f."on", f.period_id, f."values", f.corrects_id, '
            "f.is_void, e.known_on FROM ledger_fact f JOIN ledger_entry e ON e.id = f.entry_id"
        ).fetchall()
    readings = [row for row in found if row[1] == "plan.reading" and not row[7]]
    gates = [row for row in found if row[1] == "projects.gate_passed" and not row[7]]
    return {
        "readings": _table(readings, READING, []),
        "gates": _table(gates, {"amount": 2}, ["gate", "kind", "top500"]),
        "superseded": pa.table(
            {
                "fact": pa.array([row[6] for row in found if row[6]], pa.int64()),
                "known": pa.array([_day(row[8]) for row in found if row[6]], pa.date32()),
            }
        ),
    }


def _table(rows, measures, labels):
    values = [json.loads(row[5]) for row in rows]
    columns = {
        "fact": pa.array([row[0] for row in rows], pa.int64()),
        "subject": pa.array([row[2] for row in rows], pa.string()),
        "on": pa.array([_day(row[3] or f"{row[4]}-01") for row in rows], pa.date32()),
        "known": pa.array([_day(row[8]) for row in rows], pa.date32()),
    }
    for name, scale in measures.items():
        numbers = [decimal.Decimal(one[name]) if name in one else None for one in values]
        columns[name] = pa.array(numbers, pa.decimal128(18, scale))
    for name in labels:
        columns[name] = pa.array([one.get(name) for one in values], pa.string())
    return pa.table(columns)


def _day(text):
    return datetime.date.fromisoformat(text[:10])


def plain(number):
    """Return a number as text without trailing zeros, to compare."""
    return format(decimal.Decimal(number).normalize(), "f")

"""Kept pieces as vectors: a read cache over the rows, brought up to date by the log of deltas.

The rows in the database are the record; what is here may be thrown away at any time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from django.db import connection

from jingkai.ledger.kept import FIELDS
from jingkai.ledger.models import Entry, KeptDefinition, LedgerHead

__all__ = ["PieceVector", "read_vectors"]

# Totals beyond this do not fit a machine integer; such a piece is read row by row instead.
FITS = 2**62


@dataclass
class PieceVector:
    """One piece in the whole: where each value belongs (area, first, last), totals and counts."""

    places: list[tuple[str, int, int]] = field(default_factory=list)
    totals: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    presents: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))


@dataclass
class _Cached:
    number: int
    digest: str
    vectors: dict[str, PieceVector]
    positions: dict[str, dict[tuple[str, int, int], int]]


# What an entry changed stands at the day on which it became known, but where it was backfilled.
_SINCE = f"""
SELECT {FIELDS} FROM ledger_piecedelta
WHERE known_on IN (SELECT known_on FROM ledger_entry WHERE number > %s) AND entry > %s
  AND dimension = '' AND definition_id IN """

_cache: dict[tuple[str, tuple[str, ...]], _Cached] = {}


def read_vectors(pieces: Sequence[str]) -> dict[str, PieceVector]:
    """Return the whole of each kept piece, for every area and month, as known today."""
    key = (connection.alias, tuple(pieces))
    head = LedgerHead.objects.get(pk=1)
    cached = _cache.get(key)
    if cached and (cached.number, cached.digest) == (head.number, head.digest):
        return cached.vectors
    if cached and _can_catch_up(cached):
        _catch_up(cached, pieces)
        cached.number, cached.digest = head.number, head.digest
        return cached.vectors
    fresh = _read(pieces, head)
    _cache[key] = fresh
    return fresh.vectors


def _can_catch_up(cached: _Cached) -> bool:
    """Tell whether the cache is an earlier state of this ledger, and no past was told since."""
    if not Entry.objects.filter(number=cached.number, digest=cached.digest).exists():
        return False
    return not Entry.objects.filter(number__gt=cached.number, is_backfilled=True).exists()


def _names(pieces: Sequence[str]) -> dict[int, str]:
    return dict(KeptDefinition.objects.filter(piece__in=pieces).values_list("pk", "piece"))


def _read(pieces: Sequence[str], head: LedgerHead) -> _Cached:
    names = _names(pieces)
    places: dict[str, list[tuple[str, int, int]]] = {piece: [] for piece in pieces}
    totals: dict[str, list[int]] = {piece: [] for piece in pieces}
    presents: dict[str, list[int]] = {piece: [] for piece in pieces}
    with connection.cursor() as cursor:
        marks = ", ".join(["%s"] * len(names))
        cursor.execute(
            f"SELECT {FIELDS} FROM ledger_keptpiece WHERE dimension = '' "
            f"AND definition_id IN ({marks or 'NULL'})",
            list(names),
        )
        for definition, area, _, _, last, first, total, present in cursor.fetchall():
            piece = names[definition]
            places[piece].append((area, first, last))
            totals[piece].append(int(total))
            presents[piece].append(present)
    vectors = {
        piece: PieceVector(
            places[piece], _vector(totals[piece]), np.array(presents[piece], np.int64)
        )
        for piece in pieces
    }
    positions = {piece: {at: n for n, at in enumerate(places[piece])} for piece in pieces}
    return _Cached(head.number, head.digest, vectors, positions)


def _vector(totals: Sequence[int]) -> np.ndarray:
    """Return machine integers where all fit, else whole numbers of any size."""
    fits = all(-FITS < one < FITS for one in totals)
    return np.array(totals, np.int64 if fits else object)


def _catch_up(cached: _Cached, pieces: Sequence[str]) -> None:
    names = _names(pieces)
    with connection.cursor() as cursor:
        marks = ", ".join(["%s"] * len(names))
        cursor.execute(f"{_SINCE} ({marks or 'NULL'})", [cached.number, cached.number, *names])
        for definition, area, _, _, last, first, total, present in cursor.fetchall():
            piece, place = names[definition], (area, first, last)
            vector, positions = cached.vectors[piece], cached.positions[piece]
            at = positions.get(place)
            if at is None:
                at = positions[place] = len(vector.places)
                vector.places.append(place)
                vector.totals = np.append(vector.totals, 0)
                vector.presents = np.append(vector.presents, 0)
            new = int(vector.totals[at]) + int(total)
            if not -FITS < new < FITS:
                vector.totals = vector.totals.astype(object)
            vector.totals[at] = new
            vector.presents[at] += present

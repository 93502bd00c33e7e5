"""Many returns as columns: texts and whole smallest units, as `FactType` has them one by one.

What is odd (an older scale, a figure out of range, many decimals) is left to the row's own path.
"""

import gc
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json

from jingkai.kernel.facttypes import LIMIT, NOT_APPLICABLE, PLAIN, FactType

__all__ = ["Series", "collecting_later", "decode_columns", "encode_columns"]


@contextmanager
def collecting_later() -> Iterator[None]:
    """Put off the search for cycles while very many rows are made, which are none.

    The search looks at all of them again and again; what nobody needs is freed all the same. In the
    end the room that columns took goes back, which Arrow would keep for the next ones.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
            pa.default_memory_pool().release_unused()


# For so few rows the row's own path is the faster one.
FEW = 200


@dataclass
class Series:
    """One measure of many subjects in smallest steps: its values, and who has one."""

    values: npt.NDArray[np.int64]
    present: npt.NDArray[np.bool_]
    not_applicable: npt.NDArray[np.bool_]

    @classmethod
    def blank(cls, height: int) -> "Series":
        """Return a series that nobody filled in."""
        nobody = np.zeros(height, np.bool_)
        return cls(np.zeros(height, np.int64), nobody.copy(), nobody)

    def take(self, rows: npt.NDArray[np.intp]) -> "Series":
        """Return the series of some of the rows."""
        return Series(self.values[rows], self.present[rows], self.not_applicable[rows])

    def part(self, rows: slice) -> "Series":
        """Return the series of rows that stand one after the other; nothing is copied."""
        return Series(self.values[rows], self.present[rows], self.not_applicable[rows])

    def value(self, row: int, scale: int) -> Decimal | str | None:
        """Return one cell in base units; — where it does not apply, None for 未报."""
        if self.present[row]:
            return Decimal(int(self.values[row])).scaleb(-scale)
        return NOT_APPLICABLE if self.not_applicable[row] else None


def encode_columns(
    fact_type: FactType, measures: Mapping[str, Series], labels: Mapping[str, Sequence[str]]
) -> list[str] | None:
    """Return what `FactType.encode` writes of each row; None where a row needs its own path."""
    if measures.keys() | labels.keys() != fact_type.columns.keys():
        return None
    # Columns that everybody filled in are joined at once; in the others only who has one says so.
    groups: list[list[Any]] = [[]]
    for key, column in sorted(fact_type.columns.items()):
        if key in labels:
            # A word that JSON would escape, or a measure said as one, is written row by row.
            words = pa.array(labels[key], pa.string())
            if (
                column.kind != "label"
                or pc.any(pc.match_substring_regex(words, r'["\\\x00-\x1f]')).as_py()
            ):
                return None
            said = words
        elif column.kind != "measure" or column.scale > PLAIN:
            return None
        else:
            mine = measures[key]
            if len(mine.values) and int(np.abs(mine.values).max()) >= LIMIT:
                return None
            said = _texts(mine, column.scale)
        if said.null_count:
            groups += [[f'"{key}":"', said, '"'], []]
        else:
            groups[-1] += [f'{"," if groups[-1] else ""}"{key}":"', said, '"']
    parts = [group for group in groups if group]
    if len(parts) == 1:
        return list(_joined(["{", *parts[0], "}"]).to_pylist())
    whole = _joined([_joined(group) for group in parts], ",")
    return list(_joined(["{", whole, "}"]).to_pylist())


def _joined(parts: Sequence[Any], by: str = "") -> pa.Array:
    """Return texts row by row: without anything between them all must be there, else some may."""
    return pc.binary_join_element_wise(*parts, by, null_handling="skip" if by else "emit_null")


def _texts(mine: Series, scale: int) -> pa.Array:
    """Return amounts as they are written at a scale; — where there can be none, null for 未报."""
    texts = pc.cast(pa.array(mine.values), pa.string())
    if scale:
        # The point goes before the last digits; of less than one there are none to put it before.
        texts = pc.binary_replace_slice(texts, start=-scale, stop=-scale, replacement=".")
        small = np.abs(mine.values) < 10**scale
        if small.any():
            exact = [f"{Decimal(int(one)).scaleb(-scale):f}" for one in mine.values[small]]
            texts = pc.replace_with_mask(texts, pa.array(small), pa.array(exact, pa.string()))
    if not mine.present.all():
        none = pa.scalar(None, pa.string())
        gone = pc.if_else(pa.array(mine.not_applicable), NOT_APPLICABLE, none)
        texts = pc.if_else(pa.array(mine.present), texts, gone)
    return texts


def decode_columns(
    fact_type: FactType, texts: Sequence[str], wanted: Sequence[str]
) -> dict[str, Series]:
    """Return measures of many returns as `FactType.decode_scaled` reads them row by row."""
    if len(texts) > FEW and (found := _read(fact_type, texts, wanted)) is not None:
        return found
    rows = [fact_type.decode_scaled(text) for text in texts]
    found = {key: Series.blank(len(rows)) for key in wanted}
    for key, series in found.items():
        series.values[:] = [row[key] or 0 for row in rows]
        series.present[:] = [row[key] is not None for row in rows]
    return found


def _read(
    fact_type: FactType, texts: Sequence[str], wanted: Sequence[str]
) -> dict[str, Series] | None:
    """Read texts as one table; None where a figure has more places than its column."""
    schema = pa.schema([(key, pa.string()) for key in wanted])
    options = pa.json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore")
    try:
        table = pa.json.read_json(io.BytesIO("\n".join(texts).encode()), parse_options=options)
        return {key: _measured(table[key], fact_type.columns[key].scale) for key in wanted}
    except pa.ArrowInvalid:
        return None


# Below this the double of a figure, scaled, is nearer to the right whole number than to any other.
EXACT = 2.0**50


def _most_places(texts: Any) -> int:
    """Return the most decimal places of canonical figures: they have no exponent."""
    dots = pc.find_substring(texts, ".").to_numpy(zero_copy_only=False)
    places = pc.binary_length(texts).to_numpy(zero_copy_only=False) - dots - 1
    return int(np.where(dots < 0, 0, places).max(initial=0))


def _measured(column: Any, scale: int) -> Series:
    texts = column.combine_chunks()
    is_gone = pc.fill_null(pc.equal(texts, NOT_APPLICABLE), False)
    texts = pc.if_else(is_gone, pa.scalar(None, pa.string()), texts)
    series = Series.blank(len(texts))
    series.present[:] = pc.is_valid(texts).to_numpy(zero_copy_only=False)
    texts = pc.fill_null(texts, "0")
    if _most_places(texts) <= scale:
        near = np.rint(pc.cast(texts, pa.float64()).to_numpy(zero_copy_only=False) * 10.0**scale)
        if (np.abs(near) < EXACT).all():
            series.values[:] = near
            return series
    whole = pc.cast(texts, pa.decimal128(19, scale))
    # A decimal is two machine integers; the lower one holds whatever a column may hold.
    series.values[:] = np.frombuffer(whole.buffers()[1], np.int64)[::2][: len(texts)]
    return series

"""The world of bench numbers: 200 zones, firms that file twenty measures a month, invented."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any

from ibis import _

from jingkai.kernel.facttypes import FactType, label, money
from jingkai.kernel.indicators import Indicator
from jingkai.kernel.periods import Period
from jingkai.kernel.zone import Zone, current_zone, installed

__all__ = ["FILING", "INDICATORS", "MONTHS", "ZONES", "as_value", "bench_zone", "facts"]

ZONES = 200
MEASURES = 20
MONTHS = [Period.months(year, month, month) for year in range(2017, 2021) for month in range(1, 13)]
FILING = FactType(
    id="bench.filing",
    name="企业月报（性能测试）",
    english="Monthly return of the benchmark",
    subject="firm",
    grain="return",
    columns={f"m{n:02}": money(f"指标{n}") for n in range(MEASURES)} | {"trade": label("专业")},
)


def _indicator(name: str, value: Any, **more: Any) -> Indicator:
    return Indicator(id=name, name=name, unit="元", over=FILING.id, value=value, **more)


# Ten sums, five filtered sums, five counts at a threshold: what a dictionary is mostly made of.
INDICATORS = [
    *(_indicator(f"sum_{n:02}", _[f"m{n:02}"].sum()) for n in range(10)),
    *(
        _indicator(f"industry_{n:02}", _[f"m{n:02}"].sum(where=_.trade == "industry"))
        for n in range(10, 15)
    ),
    *(
        _indicator(f"large_{n:02}", _[f"m{n:02}"].sum(where=_[f"m{n - 10:02}"] >= 500_000))
        for n in range(15, 20)
    ),
]


@contextmanager
def bench_zone() -> Iterator[Zone]:
    """Live in the zone of the house with the benchmark's filings beside its own."""
    zone = current_zone()
    own = replace(
        zone,
        fact_types=dict(zone.fact_types) | {FILING.id: FILING},
        indicators={one.id: one for one in INDICATORS},
        versions={one.id: (one,) for one in INDICATORS},
    )
    with installed(own):
        yield own


def facts(rows: int, chance: random.Random) -> Iterator[tuple[str, str, Period, dict[str, Any]]]:
    """Yield area, subject, period and values, month after month as firms file."""
    firms = max(1, rows // (ZONES * len(MONTHS)))
    for period in MONTHS:
        for zone in range(ZONES):
            for firm in range(firms):
                values: dict[str, Any] = {
                    f"m{n:02}": as_value(chance.randrange(10**8)) for n in range(MEASURES)
                }
                values["trade"] = ("industry", "services", "commerce")[firm % 3]
                yield f"z{zone:03}", f"firm:{zone:03}-{firm:05}", period, values


def as_value(fen: int) -> Decimal:
    """Return an amount of money."""
    return Decimal(fen).scaleb(-2)

"""A tiny world of firms that file returns, for tests of kept pieces, lake and engines."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from ibis import _

from jingkai.kernel.facttypes import FactType, count, label, money
from jingkai.kernel.indicators import Indicator
from jingkai.kernel.units import exact, wan
from jingkai.kernel.zone import Zone, installed
from jingkai.ledger.facts import belongs

__all__ = ["BELONGS", "FILING", "INDICATORS", "VISIT", "filing_zone"]

FILING = FactType(
    id="test.filing",
    name="企业月报",
    english="Monthly return",
    subject="firm",
    grain="return",
    columns={
        "output": money("产值"),
        "tax": money("税收"),
        "staff": count("从业人员", "人"),
        "stage": label("状态", 快报="快报", 终核="终核"),
    },
)
VISIT = FactType(
    id="test.visit",
    name="走访",
    english="Visit",
    subject="firm",
    grain="event",
    columns={"amount": money("金额"), "kind": label("类别")},
)
BELONGS = belongs


def _make(id: str, over: FactType, value: object, **more: object) -> Indicator:
    return Indicator(id=id, name=id, unit="元", over=over.id, value=value, **more)


INDICATORS = {
    one.id: one
    for one in [
        _make("flow", FILING, _.tax.sum(), by=("park", "stage")),
        _make("large", FILING, _.tax.sum(where=(_.output >= wan(1)) & ~(_.staff < 3))),
        _make("levy", FILING, (_.tax * exact("0.00015") + _.output).sum(where=_.stage == "快报")),
        _make("ytd", FILING, _.output.sum(), adds_up="cumulative", by=("park",), same_scope=True),
        _make("staff", FILING, _.staff.sum(), adds_up="stock", by=("park",), same_scope=True),
        _make("carried", FILING, _.staff.sum(where=_.staff > 0), adds_up="stock", carry=3),
        _make("filed", FILING, _.count(where=_.output.notnull()), by=("size",)),
        _make("visits", VISIT, _.count(where=_.kind.isin(["甲", "乙"])), by=("kind", "park")),
        Indicator(
            id="per_head",
            name="人均产值",
            unit="万元/人",
            adds_up="ratio",
            numerator="ytd",
            denominator="staff",
        ),
        Indicator(id="place", name="名次", unit="位", adds_up="rank", of="ytd", by=("park",)),
    ]
}


@contextmanager
def filing_zone(zone: Zone) -> Iterator[Zone]:
    """Live in the zone with these fact types and indicators beside its own."""
    own = replace(
        zone,
        fact_types=dict(zone.fact_types) | {one.id: one for one in (FILING, VISIT)},
        indicators=dict(zone.indicators) | INDICATORS,
        versions=dict(zone.versions) | {name: (one,) for name, one in INDICATORS.items()},
    )
    with installed(own):
        yield own

"""Make up the readings of past years: month by month up to the values that are told."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from random import Random

from jingkai.cli.seeding.chance import workday_from
from jingkai.cli.seeding.parameters import Life, Series
from jingkai.kernel.expressions import find_cell
from jingkai.kernel.periods import Period, parse_period
from jingkai.kernel.plans import FiledReading
from jingkai.kernel.units import get_unit, round_half_up
from jingkai.kernel.zone import Zone

__all__ = ["invent_readings"]

BASIS = "演示数据"


def invent_readings(life: Life, zone: Zone) -> list[FiledReading]:
    """Return the readings of every series, one return per period with level and growth."""
    return [reading for series in life.series for reading in _readings(life, series, zone)]


def _readings(life: Life, series: Series, zone: Zone) -> Iterator[FiledReading]:
    chance = Random(f"{life.seed}-{series.id}")
    last = parse_period(series.until).last
    indicator = zone.indicators[series.id]
    is_flow = indicator.adds_up == "flow"
    for year, total in series.years.items():
        rate = Decimal((series.rates or {}).get(year, 0))
        for month, part in enumerate(series.shape, start=1):
            if not part:
                continue
            wobble = Decimal(str(round(chance.uniform(-1, 1), 2))) * (12 - month) / 3
            value = Decimal(total) * Decimal(part) / 100
            period = (
                Period.months(int(year), month, month)
                if is_flow
                else Period.months(int(year), 1, month)
            )
            if period.last > last:
                continue
            known = _known_on(period, series.day, zone)
            decimals = get_unit(series.unit).decimals
            told = {series.id: get_unit(series.unit).to_base(round_half_up(value, decimals))}
            if series.rate:
                told[series.rate] = round_half_up(rate + wobble, 1)
            yield _filed(told, period, known, zone)


def _known_on(period: Period, day: int, zone: Zone) -> date:
    after = period.last.month % 12 + 1
    year = period.last.year + (after == 1)
    return workday_from(date(year, after, day), zone.calendar)


def _filed(told: dict[str, Decimal], period: Period, known_on: date, zone: Zone) -> FiledReading:
    values: dict[str, Decimal | str] = {}
    subject = ""
    for name, value in told.items():
        indicator = zone.indicators[name]
        cell = find_cell(indicator.value, zone.fact_types[indicator.over])
        assert cell is not None, f"{name} is computed, not read"
        subject, values[cell.column] = cell.subject, value
    return FiledReading(
        subject=subject,
        period=period,
        values=values,
        known_on=known_on,
        is_invented=True,
        basis=BASIS,
    )

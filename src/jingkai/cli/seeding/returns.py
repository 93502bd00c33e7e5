"""Invent what the firms on the roll return each month, and when it came to be known.

The amounts of a profession and year sum to what is published, to the fen, as known on the day of
publication. Around that is the noise that real returns have: late ones, missing ones, slips that
are corrected weeks later, January filed with February.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from jingkai.cli.seeding.chance import share_out, workday_from
from jingkai.cli.seeding.firms import Firm
from jingkai.cli.seeding.parameters import Life, Trade
from jingkai.kernel.calendar import WorkingCalendar
from jingkai.kernel.periods import Period

__all__ = ["Filing", "by_occasion", "invent_returns", "list_periods"]

Values = dict[str, Decimal | int | str | None]

# Firms write thousands of yuan; tax is to the yuan. Amounts are counted in fen.
THOUSAND_YUAN, YUAN = 100_000, 100
# Most file by the 16th; who is late files before the next return is due.
FIRST_DAY, LAST_DAY = 10, 16


@dataclass(frozen=True)
class Filing:
    """A return as it came in: the first time, or again with a slip put right."""

    known_on: date
    code: str
    period: Period
    values: Values
    is_correction: bool = False


@dataclass(frozen=True)
class _Months:
    """A firm's filed periods of a year, with its amounts of each in fen."""

    firm: Firm
    periods: Sequence[Period]
    main: Sequence[int]
    tax: Sequence[int]


def list_periods(life: Life, year: int) -> list[Period]:
    """Return the periods that returns of a year are for, as far as the past is told."""
    return [one for one in life.form.periods(year) if one.last <= life.until.last]


def invent_returns(
    life: Life, firms: Sequence[Firm], calendar: WorkingCalendar, today: date
) -> list[Filing]:
    """Return every filing in the order of its day, none known later than today."""
    filings: list[Filing] = []
    for trade in life.trades:
        mine = [one for one in firms if one.trade == trade.id]
        taxes = _taxes(life, trade, mine)
        drift = {one.code: 1.0 for one in mine}
        for year in life.years:
            chance = Random(f"{life.seed}-{trade.id}-{year}")
            for firm in mine:
                drift[firm.code] *= chance.lognormvariate(0, 0.09)
            for months in _months(life, trade, year, mine, drift, taxes[year], chance):
                values = [
                    _values(trade, months, place, chance) for place in range(len(months.periods))
                ]
                for period, told in zip(months.periods, values, strict=True):
                    filings += _file(life, months.firm, period, told, calendar, chance)
    filings += _verified(life, filings)
    return sorted(
        (one for one in filings if one.known_on <= today),
        key=lambda one: (one.known_on, one.is_correction, one.period, one.code),
    )


def _is_on_roll(firm: Firm, period: Period) -> bool:
    has_left = firm.left_on is not None and firm.left_on.year <= period.last.year
    return firm.entered_on is not None and firm.entered_on <= period.last and not has_left


def _fen(amount: Decimal, unit: int) -> int:
    return int((amount * unit * 100).to_integral_value())


def _taxes(life: Life, trade: Trade, firms: Sequence[Firm]) -> dict[int, dict[str, int]]:
    """Return each firm's tax of each year in fen, from the largest payers of the tax year."""
    base_year = life.tax_year
    amounts = {year: _amounts(life, trade, year, firms, {}) for year in life.years}
    there = sorted(amounts[base_year].items(), key=lambda pair: -pair[1])
    base: dict[str, int] = {}
    for place, (code, amount) in enumerate(there):
        if place < len(trade.tax):
            base[code] = _fen(Decimal(trade.tax[place]), 10_000)
        else:
            usual = int(amount * int(trade.tax_rate) // 1000)
            base[code] = min(usual, 980_000_000) // YUAN * YUAN
    growths = {int(year): rate for year, rate in (trade.tax_growth or {}).items()}
    found = {base_year: base}
    for year in life.years:
        if year == base_year:
            continue
        chance = Random(f"{life.seed}-{trade.id}-tax-{year}")
        weights = {
            code: (base.get(code) or amount * int(trade.tax_rate) / 1000)
            * chance.lognormvariate(0, 0.1)
            for code, amount in amounts[year].items()
        }
        part = _part_of_year(life, year) if year == life.until.last.year else Decimal(1)
        total = Decimal(sum(base.values())) * part
        for between in range(min(year, base_year) + 1, max(year, base_year) + 1):
            step = 1 + Decimal(growths.get(between, 0)) / 100
            total = total * step if year > base_year else total / step
        shared = share_out(int(total), list(weights.values()), YUAN)
        found[year] = dict(zip(weights, shared, strict=True))
    return found


def _part_of_year(life: Life, year: int) -> Decimal:
    """Return how much of the tax year lies in the months that this unfinished year has."""
    whole = life.profile[str(life.tax_year)]
    done = whole[: len(list_periods(life, year))]
    return Decimal(sum(done)) / Decimal(sum(whole))


def _amounts(
    life: Life, trade: Trade, year: int, firms: Sequence[Firm], drift: Mapping[str, float]
) -> dict[str, int]:
    """Return each firm's main amount of a year in fen; they sum to the profession's."""
    periods = list_periods(life, year)
    weights = {}
    for firm in firms:
        share = sum(_is_on_roll(firm, period) for period in periods) / len(periods)
        if share:
            weights[firm.code] = firm.weight * drift.get(firm.code, 1.0) * share
    total = _fen(Decimal(trade.amounts[str(year)]), 100_000_000)
    return dict(zip(weights, share_out(total, list(weights.values()), THOUSAND_YUAN), strict=True))


def _months(
    life: Life,
    trade: Trade,
    year: int,
    firms: Sequence[Firm],
    drift: Mapping[str, float],
    taxes: Mapping[str, int],
    chance: Random,
) -> Iterator[_Months]:
    """Yield what each firm files of its year, the months it leaves out left out."""
    amounts = _amounts(life, trade, year, firms, drift)
    profile = life.profile[str(year)]
    largest = sorted(amounts.values(), reverse=True)[: len(amounts) // 3]
    for firm in firms:
        if firm.code not in amounts:
            continue
        pairs = [
            (period, float(weight) * chance.lognormvariate(0, 0.07))
            for period, weight in zip(list_periods(life, year), profile, strict=True)
            if _is_on_roll(firm, period)
        ]
        is_large = amounts[firm.code] in largest
        kept = [pair for pair in pairs if is_large or not _is_missed(life, pair[0], chance)]
        kept = kept or pairs
        weights = [weight for _, weight in kept]
        yield _Months(
            firm,
            [period for period, _ in kept],
            share_out(amounts[firm.code], weights, THOUSAND_YUAN),
            share_out(taxes.get(firm.code, 0), weights, YUAN),
        )


def _is_missed(life: Life, period: Period, chance: Random) -> bool:
    """Tell whether a small firm does not file; of the last month more have not filed yet."""
    times = 5 if period == life.until else 1
    if period.first.month == 12 or period.first.month == 1:
        return False
    return chance.random() * 1000 < life.missing * times


def _values(trade: Trade, months: _Months, place: int, chance: Random) -> Values:
    """Return one return: its main amount and tax as planned, the rest by the firm's own ratios."""
    own = Random(months.firm.code)
    yuan = Decimal(months.main[place]) / 100
    heads = max(int(sum(months.main) / 100 / 10_000 / trade.per_head / own.uniform(0.7, 1.4)), 6)
    heads = heads * 12 // max(sum(one.month_count for one in months.periods), 1)

    def thousands(ratio: float) -> Decimal:
        return Decimal(int(float(yuan) * ratio / 1000)) * 1000

    revenue = thousands(own.uniform(0.93, 1.04) * chance.uniform(0.97, 1.03))
    values: Values = {
        "trade": trade.id,
        "revenue": yuan if trade.measure == "revenue" else revenue,
        "tax": Decimal(months.tax[place]) / 100,
        "tax_to_date": Decimal(sum(months.tax[: place + 1])) / 100,
        "staff": max(int(heads * chance.uniform(0.97, 1.03)), 5),
    }
    if trade.measure == "output":
        values["output"] = yuan
        values["value_added"] = thousands(own.uniform(0.18, 0.33) * chance.uniform(0.96, 1.04))
    if own.random() < 0.7:
        values["research"] = thousands(own.uniform(0, trade.research / 500) * chance.random() * 2)
    if own.random() < 0.24 and trade.exports:
        values["exports"] = thousands(own.uniform(0.05, trade.exports / 100))
    if own.random() < 0.35 and chance.random() < 0.4:
        values["investment"] = thousands(chance.uniform(0.02, 0.5))
    if trade.power:
        power = int(float(yuan) / 10_000 * trade.power * own.uniform(0.4, 2.1))
        values["power"] = int(power * chance.uniform(0.95, 1.05))
        values["energy"] = (Decimal(int(power)) * Decimal("0.0003")).quantize(Decimal("0.01"))
    return values


def _file(
    life: Life,
    firm: Firm,
    period: Period,
    values: Values,
    calendar: WorkingCalendar,
    chance: Random,
) -> Iterator[Filing]:
    """Yield how a return came in: on time or late, right at once or put right later."""
    due = period.last + timedelta(days=1)
    day = chance.randrange(FIRST_DAY, LAST_DAY + 1)
    if chance.random() * 1000 < life.late:
        day = chance.randrange(LAST_DAY + 3, LAST_DAY + 12)
    known = min(workday_from(due.replace(day=day), calendar), _last_word(life, period))
    is_small = float(str(values.get("revenue") or 0)) < 30_000_000
    if not is_small or chance.random() * 1000 >= life.corrected:
        yield Filing(known, firm.code, period, values)
        return
    yield Filing(known, firm.code, period, _slip(values, chance))
    later = workday_from(known + timedelta(days=chance.randrange(8, 45)), calendar)
    yield Filing(max(min(later, _last_word(life, period)), known), firm.code, period, values, True)


def _last_word(life: Life, period: Period) -> date:
    """Return the day before publication for what was published, else a day far off."""
    is_published = period.last < life.published_on and period.last.year == life.tax_year
    return life.published_on - timedelta(days=1) if is_published else date.max


def _slip(values: Values, chance: Random) -> Values:
    """Return the values with a mistake that firms make: a wrong unit, a cell left out."""
    wrong = dict(values)
    kind = chance.choice(["unit", "unit", "empty", "staff"])
    main = "output" if "output" in values else "revenue"
    if kind == "unit":
        wrong[main] = Decimal(str(values[main])) * 10
    elif kind == "empty":
        wrong["revenue"] = None
    else:
        wrong["staff"] = int(str(values["staff"])) * 10
    return wrong


def _verified(life: Life, filings: Sequence[Filing]) -> Iterator[Filing]:
    """Yield the yearly verification after publication: it moves amounts, never the total."""
    month = Period.months(life.tax_year, 11, 11)
    last: dict[str, Filing] = {}
    for one in filings:
        if one.period == month and "output" in one.values:
            last[one.code] = one
    middle = sorted(last.values(), key=lambda one: Decimal(str(one.values["output"])))
    half = len(middle) // 2
    known = life.published_on.replace(month=4, day=15)
    for one, change in zip(middle[half : half + 2], (1_250_000, -1_250_000), strict=False):
        if len(middle) > 1:
            moved = dict(one.values)
            moved["output"] = Decimal(str(moved["output"])) + change
            yield Filing(known, one.code, one.period, moved, True)


def by_occasion(filings: Sequence[Filing]) -> dict[tuple[date, bool, Period], list[Filing]]:
    """Return the filings that one entry of the ledger records together."""
    together: dict[tuple[date, bool, Period], list[Filing]] = defaultdict(list)
    for one in filings:
        together[one.known_on, one.is_correction, one.period].append(one)
    return together

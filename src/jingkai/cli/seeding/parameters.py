"""The parameters of an invented zone: life.yaml, from which firms and their years are made up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jingkai.kernel.periods import Period
from jingkai.kernel.returns import ReturnForm
from jingkai.kernel.sheets import Sheet
from jingkai.kernel.units import UNITS
from jingkai.kernel.zone import Zone

__all__ = ["Chain", "History", "Life", "Series", "TitleYears", "Trade", "has_life", "read_life"]

FILE, FACT = "life.yaml", "enterprises.monthly_return"


@dataclass(frozen=True, kw_only=True)
class Trade:
    """A profession of the statistical roll: how many firms, and what they do in sum each year.

    `measure` names the column that `amounts` (in 亿元) are sums of; `tax` the yearly tax of the
    largest payers of the tax year in 万元, `tax_rate` what the others pay of their amount, in
    permille, and `tax_growth` by how many percent the tax of all grew in the years told. `keepers`
    are the departments that its firms are spread over; firms of none are seen by everybody.
    """

    id: str
    measure: str
    at_start: int
    amounts: Mapping[str, Decimal]
    enter: Mapping[str, int]
    leave: Mapping[str, int]
    tax_rate: Decimal
    tax: tuple[Decimal | int, ...] = ()
    tax_growth: Mapping[str, Decimal] | None = None
    research: int = 0
    exports: int = 0
    power: int = 0
    per_head: int = 100
    spread: Decimal = Decimal("1.2")
    keepers: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Chain:
    """An industrial chain: the profession of its firms, and `kinds` of them.

    A kind is an industry code and the word for it in a firm's name: 3444 液压机械.
    """

    id: str
    trade: str
    share: int
    kinds: tuple[str, ...]
    park: str = "unknown"


@dataclass(frozen=True, kw_only=True)
class TitleYears:
    """How many firms win a title for the first time each year, and on which day."""

    id: str
    trade: str
    day: str
    first: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Series:
    """A number that is read and not computed, over the months of past years.

    `years` are the values of full years, `rates` the growth that was published with them, and
    `shape` how much of a year is reached (or, of a flow, done) in each month, in percent;
    months without a reading are 0. `until` is the last month that is invented.
    """

    id: str
    unit: str
    years: Mapping[str, Decimal]
    shape: tuple[Decimal | int, ...]
    day: int
    until: str
    rates: Mapping[str, Decimal] | None = None
    rate: str = ""


@dataclass(frozen=True, kw_only=True)
class History:
    """The projects that were signed in a year before the project list begins."""

    id: str
    signed: int
    large: int
    huge: int
    top500: int
    products: tuple[str, ...]


@dataclass(frozen=True)
class Life:
    """Everything from which the zone's past is made up."""

    seed: int
    division: str
    first_year: int
    until: Period
    form: ReturnForm
    published_on: date
    tax_year: int
    names: tuple[str, ...]
    seconds: tuple[str, ...]
    shops: tuple[str, ...]
    registered: Mapping[str, int]
    profile: Mapping[str, tuple[Decimal | int, ...]]
    renamed: int
    duplicates: int
    unsound_codes: int
    late: int
    missing: int
    corrected: int
    trades: tuple[Trade, ...]
    chains: tuple[Chain, ...]
    titles: tuple[TitleYears, ...]
    series: tuple[Series, ...]
    projects: tuple[History, ...]

    @property
    def years(self) -> range:
        """Return the years that are made up."""
        return range(self.first_year, self.until.last.year + 1)


_SINGLE = {
    "seed": int,
    "division": str,
    "first_year": int,
    "published_on": date,
    "tax_year": int,
    "names": list,
    "seconds": list,
    "shops": list,
    "registered": dict,
    "profile": dict,
    "renamed": int,
    "duplicates": int,
    "unsound_codes": int,
    "late": int,
    "missing": int,
    "corrected": int,
}
_ROWS = {
    "trades": Trade,
    "chains": Chain,
    "titles": TitleYears,
    "series": Series,
    "projects": History,
}


def has_life(zone: Zone) -> bool:
    """Tell whether the zone brings parameters of an invented past."""
    return (zone.folder / FILE).exists()


def read_life(zone: Zone) -> Life:
    """Read life.yaml; refuse it with all its problems."""
    sheet = Sheet(zone, FILE, ("invented", "until", *_SINGLE, *_ROWS))
    single = {
        key: sheet.one(key, kind, kind() if kind is not date else date.min)
        for key, kind in _SINGLE.items()
    }
    rows = {key: tuple(one for one, _ in sheet.rows(key, row)) for key, row in _ROWS.items()}
    told_until = sheet.one("until", str, "2021-05")
    trades = [one.id for one in rows["trades"]]
    for key in ("chains", "titles"):
        for one, entry in sheet.rows(key, _ROWS[key]):
            sheet.known(entry, one.id, "trade", one.trade, trades)
    for one, entry in sheet.rows("series", Series):
        for name in filter(None, (one.id, one.rate)):
            sheet.known(entry, one.id, "indicator", name, zone.indicators)
        sheet.known(entry, one.id, "unit", one.unit, UNITS)
        if len(one.shape) != 12:
            sheet.note(entry.line, one.id, f"shape 应有12个月，现在是{len(one.shape)}个。")
    form = next((one for one in zone.returns.values() if one.fact == FACT), None)
    if form is None:
        sheet.note(1, FILE, f"经开区不收企业报表（{FACT}），没有企业的过去可写。")
    sheet.refuse()
    assert form is not None
    year, month = (int(part) for part in told_until.split("-"))
    lists = {key: tuple(single.pop(key)) for key in ("names", "seconds", "shops")}
    profile = {key: tuple(value) for key, value in single.pop("profile").items()}
    until = Period.months(year, month, month)
    return Life(**single, **lists, **rows, profile=profile, until=until, form=form)

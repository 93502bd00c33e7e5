"""Invent the firms of a zone: who they are, when they came, what became of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from jingkai.cli.seeding.chance import CodeMaker, NameMaker, day_between
from jingkai.cli.seeding.parameters import Chain, Life, Trade
from jingkai.enterprises.rules import name_core, size_of
from jingkai.kernel.zone import Zone

__all__ = ["Firm", "invent_firms"]


@dataclass
class Firm:
    """An invented firm and its life, known to whoever tells the story."""

    code: str
    name: str
    kind: str
    registered_on: date
    industry: str
    capital: Decimal
    weight: float = 1.0
    trade: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    entered_on: date | None = None
    left_on: date | None = None
    renamed: list[tuple[date, str]] = field(default_factory=list)
    titles: list[tuple[str, date, bool]] = field(default_factory=list)
    closed: tuple[str, date] | None = None
    into: str = ""
    is_sound: bool = True
    department: str = ""


# Months in which the roll takes new firms in.
_ENTRY_MONTHS = (3, 5, 6, 8, 9, 11)


def invent_firms(life: Life, zone: Zone) -> list[Firm]:
    """Return every firm of the zone, those on the roll first; the same for the same seed."""
    chance = Random(f"{life.seed}-firms")
    codes = CodeMaker(chance, life.division)
    names = NameMaker(chance, life.names, life.seconds)
    firms = [firm for trade in life.trades for firm in _on_the_roll(life, trade, codes, names)]
    _rename(life, firms, names)
    _group(life, firms, names)
    _recognise(life, firms, zone)
    _keep(life, firms)
    for firm in Random(f"{life.seed}-codes").sample(firms, life.unsound_codes):
        firm.code, firm.is_sound = codes.make(firm.kind, is_sound=False), False
    born = {
        year: sum(firm.registered_on.year == int(year) for firm in firms)
        for year in life.registered
    }
    for year, count in life.registered.items():
        firms += _small(life, int(year), count - born[year], codes, names)
    _double(life, firms)
    return firms


def _on_the_roll(life: Life, trade: Trade, codes: CodeMaker, names: NameMaker) -> Iterator[Firm]:
    """Yield the firms of one profession: those of the start, and those that came since."""
    chance = Random(f"{life.seed}-{trade.id}")
    chains = [one for one in life.chains if one.trade == trade.id]
    arrivals = [
        *(
            date(chance.randrange(2009, life.first_year), chance.choice(_ENTRY_MONTHS), 1)
            for _ in range(trade.at_start)
        ),
        *(
            date(year, month, 1)
            for year in life.years
            for month in _entry_months(chance, trade.enter.get(str(year), 0), life, year)
        ),
    ]
    firms = [_firm(chance, chains, entered, codes, names) for entered in arrivals]
    for firm in firms:
        firm.weight = min(max(chance.lognormvariate(0, float(trade.spread)), 0.09), 16.0)
    _measure(life, trade, firms)
    for year in life.years:
        # Who leaves is small and was there for two years.
        staying = [one for one in firms if one.left_on is None and one.entered_on is not None]
        old = [one for one in staying if one.entered_on < date(year - 2, 1, 1)]
        old.sort(key=lambda one: one.weight)
        count = trade.leave.get(str(year), 0)
        for firm in chance.sample(old[: max(count * 4, 1)], min(count, len(old))):
            firm.left_on = date(year, 1, 31)
            if chance.random() < 0.5:
                firm.closed = (
                    "cancelled",
                    day_between(chance, date(year, 3, 1), date(year, 5, 20)),
                )
    yield from firms


def _keep(life: Life, firms: list[Firm]) -> None:
    """Let each firm of the roll be kept by one of the departments that its profession names."""
    chance = Random(f"{life.seed}-keepers")
    keepers = {trade.id: trade.keepers for trade in life.trades}
    for firm in firms:
        if named := keepers[firm.trade]:
            firm.department = chance.choice(named)


def _measure(life: Life, trade: Trade, firms: list[Firm]) -> None:
    """Give each firm the size class that its share of the profession amounts to."""
    whole = Decimal(trade.amounts[str(life.tax_year)]) * 10_000
    weights = sum(firm.weight for firm in firms)
    for firm in firms:
        revenue = whole * Decimal(firm.weight / weights)
        staff = int(revenue / trade.per_head)
        firm.attributes["size"] = size_of(trade.id, staff=staff, revenue_wan=revenue)


def _double(life: Life, firms: list[Firm]) -> None:
    """Let some small firms be in the register twice, under two codes and nearly one name.

    The first of them was noticed and merged; the others wait for somebody to look.
    """
    chance = Random(f"{life.seed}-doubles")
    small = [one for one in firms if not one.trade and one.kind == "company" and not one.closed]
    noticed = date(life.tax_year, 9, 16)
    known = [one for one in small if one.registered_on < date(life.tax_year, 6, 1)]
    pairs = chance.sample(known, life.duplicates * 2)
    for number, (one, other) in enumerate(zip(pairs[::2], pairs[1::2], strict=True)):
        other.name = one.name.replace("有限公司", "有限责任公司")
        if number == 0 and life.duplicates > 1:
            other.closed, other.into = ("merged", noticed), one.code


def _group(life: Life, firms: list[Firm], names: NameMaker) -> None:
    """Let some firms of the roll belong to groups, and some wait for the answer."""
    chance = Random(f"{life.seed}-groups")
    members = chance.sample(firms, len(firms) // 12)
    groups = [names.make(["产业"], ["集团有限公司"]) for _ in range(max(len(members) // 5, 1))]
    for number, firm in enumerate(members):
        firm.attributes["group"] = "pending" if number % 5 == 4 else chance.choice(groups)


def _entry_months(chance: Random, count: int, life: Life, year: int) -> list[int]:
    last = life.until.last.month if year == life.until.last.year else 12
    months = [month for month in _ENTRY_MONTHS if month <= last]
    return sorted(months[place % len(months)] for place in range(count))


def _firm(
    chance: Random, chains: list[Chain], entered: date, codes: CodeMaker, names: NameMaker
) -> Firm:
    chain = chance.choices(chains, [one.share for one in chains])[0]
    age = chance.randrange(200, 3600) if entered.year < 2018 else chance.randrange(200, 1500)
    industry, word = chance.choice(chain.kinds).split(" ")
    chain_name = "unknown" if chain.id.startswith("other") else chain.id
    attributes = {
        "chain": chain_name,
        "park": chain.park if chance.random() < 0.8 else "unknown",
        "ownership": chance.choices(
            ["private", "state", "foreign", "overseas_chinese", "collective"], [78, 9, 5, 6, 2]
        )[0],
    }
    return Firm(
        code=codes.make("company"),
        name=names.make([word]),
        kind="company",
        registered_on=entered - timedelta(days=age),
        industry=industry,
        capital=Decimal(chance.choice([500, 800, 1000, 2000, 3000, 5000, 10000]) * 10_000),
        trade=chain.trade,
        attributes=attributes,
        entered_on=entered,
    )


def _rename(life: Life, firms: list[Firm], names: NameMaker) -> None:
    chance = Random(f"{life.seed}-names")
    first, last = date(life.first_year, 3, 1), life.until.last
    lasting = [one for one in firms if one.left_on is None and one.registered_on < first]
    for firm in chance.sample(lasting, min(life.renamed, len(lasting))):
        words = [name_core(firm.name)[3:].removesuffix("科技") + "科技"]
        firm.renamed.append((day_between(chance, first, last), names.make(words, ["有限公司"])))


def _recognise(life: Life, firms: list[Firm], zone: Zone) -> None:
    chance = Random(f"{life.seed}-titles")
    years = {one.title: one.valid_years for one in zone.ladder.rungs if one.title}
    for title in life.titles:
        month, day = (int(part) for part in title.day.split("-"))
        candidates = [one for one in firms if one.trade == title.trade and one.left_on is None]
        chance.shuffle(candidates)
        for year, count in title.first.items():
            on = date(int(year), month, day)
            ready = [one for one in candidates if one.entered_on and one.entered_on < on]
            for firm in ready[:count]:
                candidates.remove(firm)
                firm.titles.append((title.id, on, True))
                again = on.replace(year=on.year + years[title.id])
                if years[title.id] and again <= life.until.last:
                    firm.titles.append((title.id, again, False))


def _small(life: Life, year: int, count: int, codes: CodeMaker, names: NameMaker) -> Iterator[Firm]:
    """Yield the small firms and households that registered in a year; some give up later."""
    chance = Random(f"{life.seed}-small-{year}")
    last = life.until.last if year == life.until.last.year else date(year, 12, 31)
    for _ in range(count):
        kind = chance.choices(["household", "company", "cooperative"], [62, 36, 2])[0]
        industry, word = chance.choice(life.shops).split(" ")
        forms = {
            "household": ["店", "经营部", "商行"],
            "company": ["有限公司"],
            "cooperative": ["专业合作社"],
        }[kind]
        on = day_between(chance, date(year, 1, 2), last)
        firm = Firm(
            code=codes.make(kind),
            name=names.make([word], forms),
            kind=kind,
            registered_on=on,
            industry=industry,
            capital=Decimal(chance.choice([1, 3, 5, 10, 50, 100, 200]) * 10_000),
        )
        if chance.random() < 0.11:
            end = on + timedelta(days=chance.randrange(200, 1300))
            if date(life.first_year, 1, 31) < end <= life.until.last:
                ending = chance.choices(["cancelled", "revoked", "moved"], [90, 6, 4])[0]
                firm.closed = (ending, end)
        yield firm

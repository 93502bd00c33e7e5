"""Numbers as known on one day: values, growth, forecasts, and the facts behind them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.conf import settings

from jingkai.kernel.disclosure import Secrecy, is_thin, secrecy_of
from jingkai.kernel.figures import difference, growth, rank, ratio, share
from jingkai.kernel.forecast import Forecast, forecast_year
from jingkai.kernel.indicators import Indicator, Piece
from jingkai.kernel.months import Span, month_end, month_number
from jingkai.kernel.periods import Period
from jingkai.kernel.pieces import ALL, Spans, Sums, parts_of, piece_id, scale_of, sum_within
from jingkai.kernel.units import get_unit
from jingkai.kernel.zone import current_zone
from jingkai.ledger.kept import contributing, keep, read_kept

__all__ = ["HIDDEN", "Ledger", "Number"]


@dataclass(frozen=True)
class Number:
    """One number of the dictionary for a period, in base units; None where it is 未报."""

    indicator: Indicator
    period: Period
    known_on: date
    value: Decimal | None
    last_year: Decimal | None
    months: Callable[[], Mapping[date, Decimal]]
    before: Decimal | None = None
    same_scope: tuple[Decimal | None, Decimal | None] | None = None
    present: int = 0
    filed_until: date | None = None
    is_hidden: bool = False

    @cached_property
    def by_month(self) -> Mapping[date, Decimal]:
        """Return the value of every month that has one of its own."""
        return self.months()

    @property
    def yoy(self) -> Decimal | None:
        """Return the growth over the same months of last year, in percent.

        Where the definition asks for it, only of the subjects that filed both years (可比口径).
        """
        if self.indicator.measure != "level" or self.is_percentage:
            return None
        if self.same_scope is not None:
            return growth(*self.same_scope)
        return growth(self.value, self.last_year)

    @property
    def yoy_points(self) -> Decimal | None:
        """Return how a percentage moved in a year, in percentage points."""
        return difference(self.value, self.last_year) if self.is_percentage else None

    @property
    def pop(self) -> Decimal | None:
        """Return the growth over the period just before (环比), in percent."""
        if self.indicator.measure != "level" or self.is_percentage:
            return None
        return growth(self.value, self.before)

    @property
    def is_percentage(self) -> bool:
        """Tell whether the number is itself a percentage, so that it moves in points."""
        return self.indicator.unit == "%"

    @property
    def text(self) -> str:
        """Return the value as staff write it, without its unit; 未报 when unknown."""
        if self.is_hidden:
            return HIDDEN
        return "未报" if self.value is None else get_unit(self.indicator.unit).show(self.value)

    @property
    def unit(self) -> str:
        """Return the unit to print after the text."""
        return "" if self.value is None else self.indicator.unit


# What stands where a number would give away the restricted value of one subject.
HIDDEN = "＊＊＊"


class Ledger:
    """The record as known on one day; numbers of one page are made of one reading of it."""

    def __init__(
        self,
        known_on: date,
        *,
        area: str | None = None,
        sees_single: bool = False,
        freezes: bool = False,
    ) -> None:
        """Read all areas together, or one of them.

        Who sees the restricted values of single subjects says so. To everybody else a number of
        such values is only told as known today, for the zone as a whole, and of enough subjects.
        What freezes the end of a month for good reads that day: nobody chooses it.
        """
        self.known_on, self.area, self.sees_single = known_on, area, sees_single
        self.is_day_given = freezes or known_on >= settings.BUSINESS_CLOCK.today()
        self._spans: dict[tuple[str, str, str], Spans] = {}
        self._loaded: set[str] = set()
        self._own: dict[str, Indicator] = {}
        self._secrecies: dict[int, tuple[Indicator, Secrecy]] = {}

    def prepare(self, indicators: Iterable[Indicator]) -> None:
        """Read the pieces of many indicators at once."""
        zone = current_zone()
        wanted: dict[str, dict[str, Indicator]] = {}
        for one in self._direct(indicators):
            piece = piece_id(one, zone.fact_types[one.over])
            if piece not in self._loaded:
                wanted.setdefault(one.over, {})[piece] = one
        for missing in wanted.values():
            self._fill(self._read(missing))
            self._loaded |= set(missing)

    def _fill(self, sums: Sums) -> None:
        for (piece, _, dimension, key, first, last), kept in sums.items():
            spans = self._spans.get((piece, dimension, key))
            if spans is None:
                spans = self._spans[piece, dimension, key] = Spans()
            spans.add(Span(first, last), kept)

    def _in_force(self, indicator: Indicator, on: date) -> Indicator:
        own = self._own.get(indicator.id)
        return own or current_zone().definition(indicator.id, on) or indicator

    def _read(self, wanted: Mapping[str, Indicator]) -> Sums:
        """Return the kept pieces; begin to keep those that nobody has asked for yet."""
        pieces = [piece + part for piece, one in wanted.items() for part in parts_of(one)]
        sums, kept = read_kept(pieces, known_on=self.known_on, area=self.area)
        missing = [one for piece, one in wanted.items() if piece not in kept]
        if missing:
            keep(missing)
            sums, _ = read_kept(pieces, known_on=self.known_on, area=self.area)
        return sums

    def number(
        self, indicator: Indicator, period: Period, *, dimension: str = ALL, key: str = ALL
    ) -> Number:
        """Return the number for the part of the period that is known.

        What was true in a period is computed with the definition in force at its end. With a
        `dimension`, only what belongs to its `key`.
        """
        part = period.up_to(self.known_on)
        indicator = self._in_force(indicator, part.last)
        self.prepare([indicator])
        where = (dimension, key)
        spans = Spans() if indicator.is_derived else self._of(indicator, where)
        filed = list(spans.ending(Span.of(part)))
        latest = filed[-1].last if filed else 0
        until = part if indicator.is_derived else self._filed(indicator, part, latest)
        is_told = self._is_told(indicator, part, where)

        def told(asked: Period) -> Decimal | None:
            shown = is_told and self._is_told(indicator, asked, where)
            return self._value(indicator, asked, where) if shown else None

        def months() -> Mapping[date, Decimal]:
            found = self._by_month(indicator, where)
            if self._secrecy(indicator).is_restricted and not self.sees_single:
                return {
                    month: value
                    for month, value in found.items()
                    if self._is_told(indicator, Period.month_of(month), where)
                }
            return found

        return Number(
            indicator=indicator,
            period=until,
            known_on=self.known_on,
            value=told(part),
            last_year=told(until.last_year()),
            months=months,
            before=told(until.before()),
            same_scope=self._same_scope(indicator, part, where),
            is_hidden=not is_told,
            present=sum(spans[span][1] for span in filed if span.last == latest),
            filed_until=month_end(latest) if filed else None,
        )

    def numbers_by(self, indicator: Indicator, period: Period, dimension: str) -> dict[str, Number]:
        """Return the number of each key of a dimension that the definition is kept by."""
        if self._secrecy(indicator).is_restricted and not self.sees_single:
            return {}
        self.prepare([indicator])
        return {
            key: self.number(indicator, period, dimension=dimension, key=key)
            for key in self._keys(indicator, dimension)
        }

    def forecast(self, indicator: Indicator, year: int) -> Forecast | None:
        """Return where a year should end; None where the record or the definition forbids it."""
        if indicator.adds_up not in ("flow", "cumulative") or indicator.measure != "level":
            return None
        self.prepare([indicator])
        if not self._is_told(indicator, Period.year(year), (ALL, ALL)):
            return None
        months = self._months(indicator)
        filed = [month for month in months if month // 12 == year]
        return forecast_year(months, year, max(filed) % 12 + 1) if filed else None

    def months_of(self, indicator: Indicator) -> dict[int, Decimal]:
        """Return the amount of every month of an indicator that adds up, by month number.

        Nothing where a month could tell what only few may see.
        """
        if indicator.adds_up not in ("flow", "cumulative") or indicator.measure != "level":
            return {}
        self.prepare([indicator])
        if self._secrecy(indicator).is_restricted and not self.sees_single:
            return {}
        return self._months(indicator)

    def _months(self, indicator: Indicator) -> dict[int, Decimal]:
        """Return the months on record; one without an event is 0.

        January that is filed with February stands in February.
        """
        scale = scale_of(indicator, current_zone().fact_types[indicator.over])
        months: dict[int, Decimal] = {}
        for span, (total, present) in self._of(indicator, (ALL, ALL)).items():
            is_joint = span.first % 12 == 0 and span.last == span.first + 1
            if present and (span.first == span.last or is_joint):
                amount = Decimal(total).scaleb(-scale)
                months[span.last] = months.get(span.last, Decimal(0)) + amount
                if is_joint:
                    months.setdefault(span.first, Decimal(0))
        if current_zone().fact_types[indicator.over].grain == "event" and months:
            ends = month_number(self.known_on)
            months |= {m: Decimal(0) for m in range(min(months), ends) if m not in months}
        return months

    def take(self, indicator: Indicator, sums: Sums) -> None:
        """Use these pieces for an indicator instead of those that are kept."""
        self._own = {indicator.id: indicator}
        self._secrecies.clear()
        self._loaded.add(piece_id(indicator, current_zone().fact_types[indicator.over]))
        self._fill(sums)

    def facts_behind(self, indicator: Indicator, period: Period) -> list[int]:
        """Return the ids of the facts that the number is made of.

        Where restricted values choose them, the list itself would tell: only who sees those has it.
        """
        if self._secrecy(indicator).chooses_rows and not self.sees_single:
            return []
        part = period.up_to(self.known_on)
        indicator = current_zone().definition(indicator.id, part.last) or indicator
        return [
            pk
            for one in dict.fromkeys(one.id for one in self._direct([indicator]))
            for pk in self._facts_of(current_zone().indicators[one], part)
        ]

    def _facts_of(self, indicator: Indicator, part: Period) -> list[int]:
        indicator = current_zone().definition(indicator.id, part.last) or indicator
        self.prepare([indicator])
        wanted = Span.of(part)
        if indicator.adds_up == "stock":
            spans = self._of(indicator, (ALL, ALL))
            ends = [s for s, kept in spans.items() if wanted.contains_end(s) and kept[1]]
            if not ends:
                return []
            last = max(ends, key=lambda span: (span.last, -span.first))
            wanted = Span(last.last - indicator.carry, last.last)
        elif indicator.adds_up == "balance":
            wanted = Span(0, wanted.last)
        return contributing(
            indicator,
            current_zone().fact_types[indicator.over],
            wanted,
            known_on=self.known_on,
        )

    def _secrecy(self, indicator: Indicator) -> Secrecy:
        """Return what an indicator, or any that it is made of, reads of restricted columns."""
        known = self._secrecies.get(id(indicator))
        if known is None:
            types = current_zone().fact_types
            found = [secrecy_of(one, types[one.over]) for one in self._direct([indicator])]
            # Held beside the definition, so that another one never takes its place unnoticed.
            known = self._secrecies[id(indicator)] = (
                indicator,
                Secrecy(
                    is_restricted=any(one.is_restricted for one in found),
                    chooses_rows=any(one.chooses_rows for one in found),
                    is_sum=any(one.is_sum for one in found),
                ),
            )
        return known[1]

    def is_restricted(self, indicator: Indicator) -> bool:
        """Tell whether a number keeps something back from whoever reads this ledger."""
        return not self.sees_single and self._secrecy(indicator).is_restricted

    def _is_told(self, indicator: Indicator, part: Period, where: tuple[str, str]) -> bool:
        """Tell whether a number may be shown: no other number beside it leaves one subject's."""
        if not self.is_restricted(indicator):
            return True
        if where != (ALL, ALL) or not self.is_day_given:
            return False
        types = current_zone().fact_types
        return not any(
            is_thin(self._of(one, where), Span.of(part))
            for one in self._direct([indicator])
            if (secrecy := secrecy_of(one, types[one.over])).is_restricted and secrecy.is_sum
        )

    def _direct(self, indicators: Iterable[Indicator]) -> list[Indicator]:
        """Return the indicators that have facts of their own: a derived one stands on others."""
        known = {**current_zone().indicators, **self._own}
        found: dict[int, Indicator] = {}
        for one in indicators:
            for each in [known[name] for name in one.made_of] if one.is_derived else [one]:
                found[id(each)] = each
        return list(found.values())

    def _of(self, indicator: Indicator, where: tuple[str, str], part: str = "") -> Spans:
        piece = piece_id(indicator, current_zone().fact_types[indicator.over]) + part
        return self._spans.get((piece, *where)) or Spans()

    def _keys(self, indicator: Indicator, dimension: str) -> list[str]:
        pieces = {
            piece_id(one, current_zone().fact_types[one.over]) for one in self._direct([indicator])
        }
        return sorted(
            {key for piece, by, key in self._spans if piece in pieces and by == dimension}
        )

    def _value(self, indicator: Indicator, part: Period, where: tuple[str, str]) -> Decimal | None:
        if indicator.is_derived:
            return self._derived(indicator, part, where)
        fact_type = current_zone().fact_types[indicator.over]
        piece = sum_within(
            indicator, self._of(indicator, where), Span.of(part), scale_of(indicator, fact_type)
        )
        if piece is None:
            return Decimal(0) if fact_type.grain == "event" else None
        return piece.value

    def _derived(
        self, indicator: Indicator, part: Period, where: tuple[str, str]
    ) -> Decimal | None:
        known = {**current_zone().indicators, **self._own}
        if indicator.adds_up == "rank":
            (dimension,) = indicator.by
            numbers = {
                key: self._value(known[indicator.of], part, (dimension, key))
                for key in self._keys(indicator, dimension)
                if key
            }
            place = rank(numbers, where[1], is_smaller_better=indicator.direction == "down")
            return None if place is None else Decimal(place)
        numerator, denominator = (
            self._value(known[name], part, where)
            for name in (indicator.numerator, indicator.denominator)
        )
        if indicator.adds_up == "share":
            return share(numerator, denominator)
        found = ratio(numerator, denominator)
        return None if found is None else found * 100 if indicator.unit == "%" else found

    def _by_month(self, indicator: Indicator, where: tuple[str, str]) -> dict[date, Decimal]:
        """Return the months that were filed alone; January and February filed together are not."""
        if indicator.is_derived:
            months = {
                month for one in self._direct([indicator]) for month in self._by_month(one, where)
            }
            values = {m: self._value(indicator, Period.month_of(m), where) for m in sorted(months)}
            return {month: value for month, value in values.items() if value is not None}
        fact_type = current_zone().fact_types[indicator.over]
        scale = scale_of(indicator, fact_type)
        spans = self._of(indicator, where)
        by_month: dict[date, Decimal] = {}
        balance = Piece(0, 0, scale)
        for span, kept in sorted(spans.items(), key=lambda one: (one[0].last, -one[0].first)):
            if indicator.adds_up == "balance" and kept[1]:
                balance += Piece(*kept, scale)
                by_month[month_end(span.last)] = balance.value or Decimal(0)
                continue
            is_month = span.first == span.last or indicator.adds_up == "stock"
            if is_month and kept[1] and (value := Piece(*kept, scale).value) is not None:
                by_month[month_end(span.last)] = value
        return by_month

    def _filed(self, indicator: Indicator, part: Period, latest: int) -> Period:
        """Return the part for which returns came in: June is not compared before June is filed."""
        if not latest or current_zone().fact_types[indicator.over].grain == "event":
            return part
        return Period(part.first, month_end(latest))

    def _same_scope(
        self, indicator: Indicator, part: Period, where: tuple[str, str]
    ) -> tuple[Decimal | None, Decimal | None] | None:
        if not indicator.same_scope:
            return None
        if self.is_restricted(indicator):
            return None, None  # beside last year's total it leaves those who stopped filing
        fact_type = current_zone().fact_types[indicator.over]
        scale, wanted = scale_of(indicator, fact_type), Span.of(part)
        if indicator.adds_up == "cumulative" and wanted.first == wanted.january:
            parts = [self._of(indicator, where, one) for one in ("/same", "/base")]
            ends = [span.last for span in parts[0] if wanted.contains(span)]
            to_date = Span(wanted.first, max(ends, default=wanted.last))
            found = [Piece(*one.get(to_date, (0, 0)), scale).value for one in parts]
        else:
            suffix = "_month" if indicator.adds_up == "cumulative" else ""
            pieces = [
                sum_within(indicator, self._of(indicator, where, f"/{name}{suffix}"), wanted, scale)
                for name in ("same", "base")
            ]
            found = [one.value if one else None for one in pieces]
        return found[0], found[1]

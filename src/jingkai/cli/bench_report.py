"""bench report: drafts checked against the record, with errors planted in them."""

import os
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from jingkai.cli.bench import ROUNDS, Findings, timed
from jingkai.cli.bench_planting import plant
from jingkai.kernel.periods import Period

__all__ = ["Caught", "check_planted", "keep_published", "measure_report", "published_report"]

ERRORS, SEEDS = 40, 20
CHARS = 10_000
YEAR = 2021
TODAY = date(2021, 6, 30)
_BASE = {"money": "CNY", "area": "m2", "length": "m", "percent": "percent", "rank": "rank"}
_BASE |= {"count": "count", "years": "year", "points": "percentage_point"}


@dataclass
class Caught:
    """How many planted errors were found, by kind, and how many right numbers were blamed."""

    planted: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    untouched: int = 0
    blamed: int = 0

    @property
    def share(self) -> float:
        """Return the share of errors found."""
        return self.found.total() / self.planted.total()

    @property
    def false_alarms(self) -> float:
        """Return the share of right numbers that were blamed."""
        return self.blamed / self.untouched


def measure_report(*, seed: int) -> Findings:
    """Check a report written from the published record, as it stands and with errors in it."""
    with tempfile.TemporaryDirectory(prefix="jingkai-bench-") as folder:
        _open_house(folder)
        keep_published()
        text = published_report()
        long = _lengthened(text, CHARS)
        runs = [timed(lambda: _count_checked(long)) for _ in range(ROUNDS)]
        caught = check_planted(text, seeds=range(seed, seed + SEEDS))
        from django.db import connection

        connection.close()
    findings = Findings(len(long), {"check": [took for took, _ in runs]}, {}, True)
    findings.ratios["check_10k_chars_s"] = sorted(findings.runs["check"])[ROUNDS // 2]
    findings.ratios["errors_caught"] = caught.share
    findings.ratios["false_alarms"] = caught.false_alarms
    findings.is_equal = len({count for _, count in runs}) == 1
    findings.notes += [
        f"{kind} {caught.found[kind]}/{count}" for kind, count in sorted(caught.planted.items())
    ]
    findings.notes.append(f"没有动过的数 {caught.untouched}，误报 {caught.blamed}")
    return findings


def check_planted(text: str, *, seeds: Sequence[int], errors: int = ERRORS) -> Caught:
    """Plant errors in a right report and tell how many are found; a doubt counts as found."""
    from jingkai.ledger.queries import Ledger
    from jingkai.reading import read
    from jingkai.reports.queries import Verdict, check_draft

    caught = Caught()
    for seed in seeds:
        planted = plant(text, year=YEAR, errors=errors, seed=seed)
        report = read(planted.text, year=YEAR).to_json()
        checked = check_draft(report, planted.text, ledger=Ledger(TODAY))
        flagged = [one.claim for one in checked if one.verdict != Verdict.AGREES or one.doubts]
        for at, end, kind in planted.errors:
            caught.planted[kind] += 1
            caught.found[kind] += any(one.at < end and at < one.end for one in flagged)
        places = {one.at for one in flagged}
        caught.untouched += len(planted.untouched)
        caught.blamed += sum(at in places for at in planted.untouched)
    return caught


def keep_published() -> None:
    """Keep what the zone has published, and its plan of the year."""
    from jingkai.cli.seeding.plans import plan_events
    from jingkai.kernel.plans import read_readings
    from jingkai.kernel.zone import current_zone
    from jingkai.org.services import open_departments
    from jingkai.plan.services import file_reading

    zone = current_zone()
    open_departments(zone)
    for one in read_readings(zone):
        if not one.is_invented:
            file_reading(
                subject=one.subject,
                period=one.period,
                values=dict(one.values),
                by="bench",
                known_on=one.known_on,
                evidence=[],
                is_backfilled=True,
            )
    *_, (_, adopt) = plan_events(zone, TODAY)
    adopt()


def published_report() -> str:
    """Return a work report whose every number stands in the published record or in the plan."""
    from jingkai.kernel.plans import read_plan
    from jingkai.kernel.units import get_unit
    from jingkai.kernel.zone import current_zone
    from jingkai.ledger.queries import Ledger
    from jingkai.reading.phrases import PlainNumber, say_report

    zone, ledger = current_zone(), Ledger(TODAY)
    results, targets = [], []
    for indicator in zone.indicators.values():
        number = ledger.number(indicator, Period.year(YEAR - 1))
        unit = get_unit(indicator.unit)
        if number.value is None or indicator.over != "plan.reading" or unit.kind not in _BASE:
            continue
        is_growth = indicator.measure == "growth"
        results.append(
            PlainNumber(
                indicator=indicator.name.removesuffix("增速") if is_growth else indicator.name,
                value=abs(number.value),
                unit=_BASE[unit.kind],
                measure=indicator.measure,
                direction="up" if is_growth else None,
                counter=indicator.unit if unit.kind == "count" else None,
            )
        )
    for one in read_plan(zone).targets:
        if one.period != Period.year(YEAR):
            continue
        unit = get_unit(one.unit)
        targets.append(
            PlainNumber(
                indicator=one.name,
                value=unit.to_base(Decimal(one.value)),
                unit=_BASE[unit.kind],
                measure=one.measure,
                op=one.op,
                direction="up" if one.measure == "growth" else None,
                counter=one.unit if unit.kind == "count" else None,
                printed=one.unit if one.unit == "亩" else None,
            )
        )
    title = f"{YEAR - 1}年工作总结和{YEAR}年工作计划"
    return say_report(title, YEAR, results=results, targets=targets)


def _open_house(folder: str) -> None:
    os.environ |= {"JINGKAI_DATA": folder, "JINGKAI_DATE": TODAY.isoformat(), "JINGKAI_DEMO": "0"}
    os.environ.pop("JINGKAI_DATABASE", None)
    from jingkai.cli.main import open_house

    open_house()
    from jingkai.cli.serving import prepare_database

    prepare_database()


def _lengthened(text: str, chars: int) -> str:
    """Return a text of so many characters: the lines of each part again and again."""
    title, first, review, second, plan = text.rstrip("\n").split("\n")
    half = chars // 2
    parts = [title, first, review * (half // len(review)), second, plan * (half // len(plan))]
    return "\n".join(parts) + "\n"


def _count_checked(text: str) -> int:
    from jingkai.ledger.queries import Ledger
    from jingkai.reading import read
    from jingkai.reports.queries import check_draft

    return len(check_draft(read(text, year=YEAR).to_json(), text, ledger=Ledger(TODAY)))

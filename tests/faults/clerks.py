"""Run as a script: several clerks who record at once, each a process of its own.

    python -m tests.faults.clerks open                       make the house ready
    python -m tests.faults.clerks record NAME COUNT GO       wait for the file GO, then record
    python -m tests.faults.clerks check                      hold the ledger against itself

Prints one JSON object on the last line. The data folder and the database come from the
environment, as in a running house.
"""

import json
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

from tests.faults.officers import open_house

TODAY = date(2021, 6, 30)
# More than go into one commit, so that its lines are staged beside the others' entries.
MANY = 2600
SHARED_EVERY = 4


def started() -> Any:
    """Return the indicator whose kept pieces every clerk changes."""
    from jingkai.kernel.zone import current_zone

    return current_zone().indicators["projects_started"]


def begun(subject: str, key: str) -> Any:
    """Return the fact that a project broke ground."""
    from jingkai.kernel.zone import current_zone
    from jingkai.ledger.services import NewFact

    kind = current_zone().fact_types["projects.gate_passed"]
    return NewFact(kind, f"project:{subject}", {"gate": "start"}, on=date(2021, 5, 6), key=key)


def work(name: str, count: int, go: Path) -> dict[str, Any]:
    """Record entries, some of them large, some that another clerk records as well."""
    from jingkai.ledger.services import AlreadyRecorded, record

    told: dict[str, Any] = {"numbers": [], "facts": 0, "shared": 0, "refused": 0}
    print("ready", flush=True)
    while not go.exists():
        time.sleep(0.02)
    for step in range(count):
        size = MANY if step == count // 2 else 1
        lines = [begun(f"{name}{step}x{n}", f"{go}:{name}:{step}:{n}") for n in range(size)]
        entry = record(*lines, by=name, reason="同时记账", known_on=TODAY)
        told["numbers"].append(entry.number)
        told["facts"] += size
        if step % SHARED_EVERY == 0:
            try:
                same = begun(f"s{step}", f"{go}:shared:{step}")
                entry = record(same, by=name, reason="同一件事", known_on=TODAY)
            except AlreadyRecorded:
                told["refused"] += 1
            else:
                told["numbers"].append(entry.number)
                told["facts"] += 1
                told["shared"] += 1
    return told


def check() -> dict[str, Any]:
    """Tell whether the ledger holds together, and what is in it."""
    from jingkai.kernel.periods import Period
    from jingkai.kernel.zone import current_zone
    from jingkai.ledger.models import Entry, Fact
    from jingkai.ledger.queries import Ledger, add_up, broken_places

    kind = current_zone().fact_types["projects.gate_passed"]
    numbers = list(Entry.objects.order_by("number").values_list("number", flat=True))
    anew = add_up([started()], kind, known_on=TODAY)
    return {
        "numbers": numbers,
        "facts": Fact.objects.filter(type=kind.id, entry__number__isnull=False).count(),
        "broken": broken_places(),
        "kept": int(Ledger(TODAY).number(started(), Period.year(2021)).value or 0),
        "anew": sum(total for cell, (total, _) in anew.items() if cell[2] == ""),
    }


def main(arguments: list[str]) -> None:
    open_house()
    match arguments:
        case ["open"]:
            from jingkai.ledger.services import keep

            keep([started()])
            told = check()
        case ["record", name, count, go]:
            told = work(name, int(count), Path(go))
        case _:
            told = check()
    print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1:])

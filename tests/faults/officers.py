"""Run as a script: two officers at one case, again and again, on a real database file or server.

    python -m tests.faults.officers race COUNT SEED     two officers press at once
    python -m tests.faults.officers work FIRST          one officer works until killed

Prints one JSON object on the last line. The data folder and the database come from the
environment, as in a running house.
"""

import json
import random
import sys
import threading
import time
from datetime import date
from typing import Any

TODAY = date(2021, 6, 30)
STEPS = ("receive", "plan", "fire", "join")


def open_house() -> None:
    """Bring the database of the data folder to the shape of this version."""
    from jingkai.cli.main import open_house

    open_house()
    from jingkai.cli.serving import prepare_database

    prepare_database()


def kind() -> Any:
    """Return a small permit: one step, two beside each other, one after both."""
    from jingkai.cases.rules import CaseType, Step

    needs = {"receive": (), "plan": ("receive",), "fire": ("receive",), "join": ("plan", "fire")}
    return CaseType(
        id="faults.permit",
        version=1,
        name="试验办件",
        english="permit",
        basis="试验",
        records_facts=False,
        steps=tuple(
            Step(bit=bit, id=one, name=one, english=one, desk="lead", needs=before)
            for bit, (one, before) in enumerate(needs.items())
        ),
    )


def officers() -> list[Any]:
    """Return two officers of one department."""
    from jingkai.org.queries import find_person, list_departments
    from jingkai.org.services import add_person

    place = list_departments()[0]
    return [
        find_person(name)
        or add_person(account=name, name=name, role="officer", department=place)[0]
        for name in ("one", "two")
    ]


def open_one(by: Any) -> int:
    """Open a case that lies with the officers' department."""
    from jingkai.cases.services import NewCase, open_case

    new = NewCase(kind=kind(), title="试", department=by.department_id)
    return open_case(new=new, by=by, on=TODAY).pk


def race(count: int, seed: int) -> dict[str, int]:
    """Let two officers press the same step at once, `count` times; tell how it went."""
    from django.db import connection

    from jingkai.cases.services import MovedMeanwhile, act, withdraw

    chance = random.Random(seed)
    pair = officers()
    told = {"races": 0, "won": 0, "lost": 0, "repeats": 0, "withdrawn": 0}
    strange: list[str] = []
    acknowledged: dict[tuple[int, str], int] = {}
    jobs: list[Any] = [None, None]
    start, end = threading.Barrier(3), threading.Barrier(3)
    results: list[Any] = [None, None]

    def sit(place: int) -> None:
        while True:
            start.wait()
            if jobs[place] is None:
                connection.close()
                end.wait()
                return
            wait, press = jobs[place]
            time.sleep(wait)
            try:
                results[place] = press(pair[place])
            except Exception as problem:
                results[place] = problem
            end.wait()

    seats = [threading.Thread(target=sit, args=(place,), daemon=True) for place in range(2)]
    for seat in seats:
        seat.start()
    case, left = open_one(pair[0]), list(STEPS)
    while told["races"] < count:
        if not left:
            case, left = open_one(pair[0]), list(STEPS)
        step = left[0]
        key = "same" + step if chance.random() < 0.1 else ""

        def press(by: Any, step: str = step, key: str = key, case: int = case) -> Any:
            return act(case_id=case, step=step, by=by, on=TODAY, words=by.name, key=key)

        jobs[:] = [(chance.random() / 2000, press), (chance.random() / 2000, press)]
        start.wait()
        end.wait()
        told["races"] += 1
        fresh = [one for one in results if not isinstance(one, Exception) and not one.is_repeat]
        told["won"] += len(fresh)
        told["repeats"] += sum(not isinstance(one, Exception) and one.is_repeat for one in results)
        for one in results:
            if isinstance(one, MovedMeanwhile):
                told["lost"] += 1
                if "已被" not in str(one):
                    strange.append(str(one))
            elif isinstance(one, Exception):
                strange.append(f"{type(one).__name__}: {one}")
        acknowledged[case, step] = acknowledged.get((case, step), 0) + len(fresh)
        left.pop(0)
        if not key and left and chance.random() < 0.05:
            winner = next((place for place, one in enumerate(results) if one in fresh), 0)
            withdraw(case_id=case, by=pair[winner], on=TODAY)
            told["withdrawn"] += 1
            left.insert(0, step)
    jobs[:] = [None, None]
    start.wait()
    end.wait()
    for seat in seats:
        seat.join()
    return told | check(acknowledged, strange)


def check(acknowledged: dict[tuple[int, str], int], strange: list[str]) -> dict[str, Any]:
    """Compare what was told with what stands: nothing lost, nothing doubled, nothing half done."""
    from jingkai.cases.queries import Action, Case, OpenWork

    permit = kind()
    lost = doubled = half = 0
    for (case_id, step), times in acknowledged.items():
        stands = Action.objects.filter(case=case_id, step=step, kind="act").count()
        lost, doubled = lost + max(times - stands, 0), doubled + max(stands - times, 0)
    for case in Case.objects.filter(definition__type=permit.id):
        work = {one.bit for one in OpenWork.objects.filter(case=case)}
        active = {step.bit for step in permit.active_steps(case.active)}
        numbers = list(Action.objects.filter(case=case).values_list("number", flat=True))
        is_whole = (
            work == active
            and not case.done & case.active
            and sorted(numbers) == list(range(1, case.last_action + 1))
            and (case.closed_on is not None) == (case.done == permit.all_steps)
        )
        half += not is_whole
    return {"lost_updates": lost, "doubled": doubled, "half_done": half, "strange": strange[:5]}


def work(first: int) -> None:
    """Open cases and do their steps until killed; print each act once it is committed."""
    from jingkai.cases.services import act

    one, _ = officers()
    while True:
        case = open_one(one)
        for step in STEPS:
            act(case_id=case, step=step, by=one, on=TODAY, key=f"{first}{step}")
            print(json.dumps([case, step]), flush=True)


def main() -> None:
    """Do what the command line says."""
    open_house()
    if sys.argv[1] == "race":
        print(json.dumps(race(int(sys.argv[2]), int(sys.argv[3])), ensure_ascii=False))
    elif sys.argv[1] == "work":
        work(int(sys.argv[2]))
    else:
        pairs = [tuple(json.loads(line)) for line in sys.stdin if line.endswith("]\n")]
        known: dict[tuple[int, str], int] = {}
        for pair in pairs:
            known[pair] = known.get(pair, 0) + 1
        print(json.dumps(check(known, []) | {"acknowledged": len(pairs)}))


if __name__ == "__main__":
    main()

"""pandas over the same wide files, read into memory first, as its users do."""

import datetime

import pandas as pd
from turns import take_turns
from wide import INDUSTRY, LARGE, LIMIT, NAMES, SUMS, answer


def set_up(task):
    """Read the files; the work is filtering and grouping the frame."""
    day = datetime.date.fromisoformat(task["known_on"])
    frame = pd.concat([pd.read_parquet(path) for path in task["rows"]], ignore_index=True)
    gone = (
        pd.concat([pd.read_parquet(path) for path in task["superseded"]])
        if task["superseded"]
        else pd.DataFrame({"fact_id": [], "revision": [], "known": []})
    )

    def work():
        known = frame[frame["known"] <= day]
        late = gone[gone["known"] <= day] if len(gone) else gone
        keys = pd.MultiIndex.from_frame(late[["fact_id", "revision"]].astype("int64"))
        mine = pd.MultiIndex.from_frame(known[["fact_id", "revision"]])
        rows = known[~mine.isin(keys)]
        cells = {name: rows[one] for name, one in zip(NAMES[:10], SUMS, strict=True)}
        for name, one in zip(NAMES[10:15], INDUSTRY, strict=True):
            cells[name] = rows[one].where(rows["trade"] == "industry")
        for name, (one, by) in zip(NAMES[15:], LARGE, strict=True):
            cells[name] = rows[one].where(rows[by] >= LIMIT)
        table = pd.DataFrame(cells | {"in_area": rows["in_area"], "at": rows["last_month"]})
        sums = table.groupby(["in_area", "at"]).sum(min_count=1).reset_index()

        def told():
            lines = sums[["in_area", "at", *NAMES]].astype(object)
            return answer(lines.where(lines.notna(), None).values.tolist())

        return told

    return work


take_turns(set_up)

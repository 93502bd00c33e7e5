"""What every rival does around its work: read the task, set up, then work once per line."""

import json
import sys
import time


def take_turns(set_up):
    """Call `set_up(task)` for the work, then run and time it for each line that comes in."""
    answers = sys.stdout
    sys.stdout = sys.stderr
    work = set_up(json.loads(sys.stdin.readline()))
    print(json.dumps("ready"), file=answers, flush=True)
    for _ in sys.stdin:
        started = time.perf_counter()
        found = work()
        seconds = time.perf_counter() - started
        answer = found() if callable(found) else found
        print(json.dumps({"seconds": seconds, "answer": answer}), file=answers, flush=True)

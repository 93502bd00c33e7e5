"""Read one sentence of a plan or of a review, as the tests of every stage do."""

from jingkai.reading import NamedProject, Statement, read

YEAR = 2031
REVIEW = "一、2030年工作总结\n"
PLAN = "二、2031年工作计划\n"


def numbers(sentence: str, part: str = PLAN) -> list[Statement]:
    """Return what the numbers of a sentence state."""
    return list(read(part + sentence, year=YEAR).statements)


def number(sentence: str, part: str = PLAN) -> Statement:
    """Return what the only number of a sentence states."""
    (found,) = numbers(sentence, part)
    return found


def why_left_out(sentence: str, part: str = PLAN) -> list[tuple[str, str]]:
    """Return the numbers of a sentence that were left out, each with its reason."""
    notes = read(part + sentence, year=YEAR).notes
    return [(one.text, one.why) for one in notes if one.at >= len(part)]


def projects(sentence: str, part: str = PLAN) -> list[NamedProject]:
    """Return the projects that a sentence names."""
    return list(read(part + sentence, year=YEAR).projects)

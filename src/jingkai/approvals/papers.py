"""What a paper of an application is called, in both languages."""

from collections.abc import Iterable

from jingkai.approvals.models import Application, Paper
from jingkai.kernel.words import Named
from jingkai.kernel.zone import current_zone
from jingkai.web.language import spoken

__all__ = ["name_of", "spoken_paper", "spoken_told"]


def name_of(paper: Paper) -> Named:
    """Return what a paper was called; the zone may have renamed it since, or dropped it."""
    material = current_zone().approvals.materials.get(paper.material)
    return Named(paper.name, material.english if material else "")


def spoken_paper(paper: Paper) -> str:
    """Return the name of a paper in the reader's language."""
    name = name_of(paper)
    return spoken(name.chinese, name.english)


def spoken_told(application: Application, papers: Iterable[Paper]) -> str:
    """Return the papers that the applicant was told to hand in, in the reader's language."""
    known = {one.name: spoken_paper(one) for one in papers}
    names = [known.get(one, one) for one in application.told.split("、") if one]
    return spoken("、", ", ").join(names)

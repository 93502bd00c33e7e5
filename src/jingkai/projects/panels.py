"""What projects offer to the shell: menu, names of subjects, search."""

from django.urls import reverse

from jingkai.org.queries import Person
from jingkai.org.rules import Permission
from jingkai.projects.queries import describe_projects, find_projects
from jingkai.web.find import Hit, Searcher
from jingkai.web.shell import MenuEntry

__all__ = ["MENU", "SEARCH", "SUBJECTS"]

MENU = [MenuEntry("项目", "项目清单", "projects:list", Permission.SEE_PROJECTS, 30)]


def _describe(subjects: list[str]) -> dict[str, tuple[str, str]]:
    ids = {subject: int(subject.partition(":")[2]) for subject in subjects}
    names = describe_projects(list(ids.values()))
    return {
        subject: (names.get(pk, subject), reverse("projects:detail", args=[pk]))
        for subject, pk in ids.items()
    }


SUBJECTS = {"project": _describe}


def _find(text: str, person: Person) -> list[Hit]:
    return [
        Hit(one.name, reverse("projects:detail", args=[one.pk]), one.code)
        for one in find_projects(text, 8)
    ]


SEARCH = [Searcher("项目", Permission.SEE_PROJECTS, _find)]

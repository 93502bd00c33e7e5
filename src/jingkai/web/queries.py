"""Read what the shell keeps for people."""

from django.db.models import Q, QuerySet

from jingkai.org.queries import Person
from jingkai.web.models import ColumnMatching, ImportRun, ListSetting, SavedSearch

__all__ = ["ImportRun", "find_matching", "find_run", "find_setting", "list_runs", "list_searches"]


def list_searches(list_id: str, person: Person) -> QuerySet[SavedSearch]:
    """Return the searches of a list that are the person's own or shared with their department."""
    mine = Q(person=person)
    if person.department_id:
        mine |= Q(department=person.department_id)
    return SavedSearch.objects.filter(mine, list_id=list_id)


def find_setting(list_id: str, person: Person) -> ListSetting | None:
    """Return how the person wants the list."""
    return ListSetting.objects.filter(list_id=list_id, person=person).first()


def find_matching(importer: str, person: Person) -> dict[str, str]:
    """Return the headings that the person used before, by column key."""
    found = ColumnMatching.objects.filter(importer=importer, person=person).first()
    return found.headings if found else {}


def find_run(importer: str, run_id: int) -> ImportRun | None:
    """Return one import."""
    return ImportRun.objects.select_related("person").filter(importer=importer, pk=run_id).first()


def list_runs(importers: list[str]) -> QuerySet[ImportRun]:
    """Return the imports of these importers, newest first, without their tables."""
    found = ImportRun.objects.filter(importer__in=importers).exclude(state=ImportRun.State.DRAFT)
    return found.select_related("person").defer("table", "changes")

"""Read what the shell keeps for people."""

from django.db.models import Q, QuerySet

from jingkai.org.queries import Person
from jingkai.web.models import ListSetting, SavedSearch

__all__ = ["find_setting", "list_searches"]


def list_searches(list_id: str, person: Person) -> QuerySet[SavedSearch]:
    """Return the searches of a list that are the person's own or shared with their department."""
    mine = Q(person=person)
    if person.department_id:
        mine |= Q(department=person.department_id)
    return SavedSearch.objects.filter(mine, list_id=list_id)


def find_setting(list_id: str, person: Person) -> ListSetting | None:
    """Return how the person wants the list."""
    return ListSetting.objects.filter(list_id=list_id, person=person).first()

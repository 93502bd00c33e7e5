"""Keep what people set for themselves: searches, columns."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from jingkai.org.queries import Person
from jingkai.web.models import ListSetting, SavedSearch

__all__ = ["SearchRefused", "forget_search", "keep_search", "set_columns", "set_density"]


class SearchRefused(ValueError):
    """A search that cannot be kept like this."""


@transaction.atomic
def keep_search(
    *, list_id: str, name: str, query: str, by: Person, is_shared: bool = False
) -> SavedSearch:
    """Keep a search under a name; the same name is overwritten."""
    name = name.strip()[:40]
    if not name:
        raise SearchRefused(_("请给这个查询起个名字。"))
    if len(query) > 2000:
        raise SearchRefused(_("条件太长，请减少条件后再保存。"))
    if is_shared and by.department_id is None:
        raise SearchRefused(_("您没有所在部门，不能共享；可以只保存给自己。"))
    kept, _new = SavedSearch.objects.update_or_create(
        list_id=list_id,
        person=by,
        name=name,
        defaults={"query": query, "department_id": by.department_id if is_shared else None},
    )
    return kept


@transaction.atomic
def forget_search(*, search_id: int, by: Person) -> None:
    """Drop one of the person's own searches; another's stays."""
    SavedSearch.objects.filter(pk=search_id, person=by).delete()


@transaction.atomic
def set_columns(*, list_id: str, columns: Sequence[str], by: Person) -> None:
    """Keep which columns the person sees."""
    ListSetting.objects.update_or_create(
        list_id=list_id, person=by, defaults={"columns": list(columns)}
    )


@transaction.atomic
def set_density(*, list_id: str, is_dense: bool, by: Person) -> None:
    """Keep how dense the person wants the rows."""
    ListSetting.objects.update_or_create(
        list_id=list_id, person=by, defaults={"is_dense": is_dense}
    )

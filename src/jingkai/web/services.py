"""Keep what people set for themselves; take tables in, all of it or nothing, and back."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jingkai.audit.services import note
from jingkai.kernel.words import Words
from jingkai.org.queries import Person
from jingkai.reading.tables import Table, TableCell
from jingkai.web.cells import pack, unpack
from jingkai.web.importers import Change, Done, Importer, ImportRefused, Value, Values
from jingkai.web.models import ColumnMatching, ImportRun, ListSetting, SavedSearch, Submission

__all__ = [
    "ImportRefused",
    "SearchRefused",
    "apply_import",
    "changes_of",
    "claim_submission",
    "finish_submission",
    "forget_search",
    "keep_search",
    "match_import",
    "release_submission",
    "set_columns",
    "set_density",
    "stage_import",
    "table_of",
    "undo_import",
]


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


def stage_import(*, importer: Importer, table: Table, name: str, by: Person, on: date) -> ImportRun:
    """Keep a table that was sent until its difference is confirmed."""
    if table.mark and table.mark != f"{importer.id}/{importer.version}":
        raise ImportRefused(
            _("这张表是旧版模板，或是别的模板。请下载现在的“%(name)s”模板，把内容粘过去。")
            % {"name": importer.name}
        )
    ImportRun.objects.filter(importer=importer.id, person=by, state=ImportRun.State.DRAFT).delete()
    kept = {
        "rows": [[(cell.kind, cell.text) for cell in row] for row in table.rows],
        "formulas": table.formulas,
        "notes": [one.plain() for one in table.notes],
    }
    return ImportRun.objects.create(
        importer=importer.id, name=name[:200], person=by, on=on, table=kept
    )


@transaction.atomic
def match_import(*, run: ImportRun, places: Mapping[str, int], headings: Sequence[str]) -> None:
    """Set which column stands where, and remember it for the sender."""
    if run.state != ImportRun.State.DRAFT:
        raise ImportRefused(_("这次导入已经处理过了。"))
    run.places = dict(places)
    run.save(update_fields=["places"])
    ColumnMatching.objects.update_or_create(
        importer=run.importer,
        person_id=run.person_id,
        defaults={"headings": {key: headings[place] for key, place in places.items()}},
    )


@transaction.atomic
def apply_import(
    *, importer: Importer, run_id: int, changes: Sequence[Change], by: Person, on: date
) -> Done:
    """Write the changes of a table in one go, if what they rest on still stands."""
    run = ImportRun.objects.select_for_update().get(pk=run_id)
    if run.state != ImportRun.State.DRAFT:
        raise ImportRefused(_("这次导入已经处理过了。"))
    _check_standing(importer, [(one.key, one.before) for one in changes])
    done = importer.apply(changes, by=by, on=on) or Done()
    run.changes = [
        {
            "key": one.key,
            "before": pack(dict(one.before)) if one.before is not None else None,
            "after": pack(dict(one.after)),
        }
        for one in changes
    ]
    run.state, run.table = ImportRun.State.DONE, {}
    run.save(update_fields=["changes", "state", "table"])
    added = sum(one.before is None for one in changes)
    told = {"file": run.name, "added": added, "changed": len(changes) - added}
    note(act="import.done", object=f"import:{importer.id}:{run.pk}", detail=told)
    return done


@transaction.atomic
def undo_import(*, importer: Importer, run_id: int, by: Person, on: date) -> None:
    """Take an import back as a whole, if nobody changed its rows since."""
    run = ImportRun.objects.select_for_update().get(pk=run_id)
    if run.state != ImportRun.State.DONE:
        raise ImportRefused(_("只有已导入的可以撤销。"))
    changes = changes_of(importer, run)
    _check_standing(importer, [(one.key, one.after) for one in changes])
    importer.undo(changes, by=by, on=on)
    run.state = ImportRun.State.UNDONE
    run.save(update_fields=["state"])
    told = {"file": run.name, "rows": len(changes)}
    note(act="import.undone", object=f"import:{importer.id}:{run.pk}", detail=told)


def changes_of(importer: Importer, run: ImportRun) -> list[Change]:
    """Return the changes that an import made."""
    kinds = {column.key: column.kind for column in importer.columns}
    return [
        Change(
            one["key"],
            unpack(one["before"], kinds) if one["before"] is not None else None,
            unpack(one["after"], kinds),
        )
        for one in run.changes
    ]


def table_of(run: ImportRun) -> Table:
    """Return the table that was sent."""
    kept: dict[str, Any] = run.table
    rows = [[TableCell(*cell) for cell in row] for row in kept.get("rows", [])]
    notes = [Words.of(one) for one in kept.get("notes", []) if isinstance(one, dict)]
    return Table(rows, kept.get("formulas", []), notes)


@transaction.atomic
def claim_submission(
    *, person: Person, key: str, digest: str, at: datetime
) -> tuple[bool, Submission]:
    """Return whether this form is the first with its key and contents, and the first one."""
    Submission.objects.filter(at__lt=at - timedelta(hours=24)).delete()
    first, is_mine = Submission.objects.get_or_create(
        person=person, key=key, digest=digest, defaults={"at": at}
    )
    return is_mine, first


def finish_submission(submission: Submission, *, status: int, url: str) -> None:
    """Keep how the form ended."""
    Submission.objects.filter(pk=submission.pk).update(status=status, url=url)


def release_submission(submission: Submission) -> None:
    """Let a form that was refused be sent again."""
    submission.delete()


def _standing(importer: Importer, values: Values | None) -> dict[str, Value] | None:
    """Return of a row what the table keeps."""
    return None if values is None else {key: values.get(key) for key in importer.standing}


def _check_standing(importer: Importer, expected: Sequence[tuple[str, Any]]) -> None:
    current = importer.current(lock=True)
    for key, values in expected:
        if _standing(importer, current.get(key)) != _standing(importer, values):
            raise ImportRefused(
                _("“%(key)s”在核对之后被别人改动过，什么都没有写入；请重新上传，再看一次差异。")
                % {"key": key}
            )

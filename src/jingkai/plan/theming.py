"""Grow, cut and order the tree of themes of a plan, and put items into it."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import transaction

from jingkai.audit.services import note_change
from jingkai.kernel.words import Words
from jingkai.org.services import check_year_open
from jingkai.plan.models import Plan, Theme
from jingkai.plan.queries import tree_of
from jingkai.plan.themes import Tree, join_path, path_fault, split_path

__all__ = ["ThemeRefused", "add_theme", "drop_theme", "grow", "place_items", "set_theme"]


class ThemeRefused(ValueError):
    """A change of the themes that cannot be made like this."""


@transaction.atomic
def add_theme(*, plan_id: int, name: str, parent: int | None, by: str, on: date) -> Theme:
    """Add a theme as the last below another, or as the last of the widest."""
    plan = _lock(plan_id)
    tree, name = tree_of(plan), name.strip()
    _check_parent(tree, parent)
    if fault := tree.place_fault(None, name, parent):
        raise ThemeRefused(fault)
    made = Theme.objects.create(plan=plan, parent_id=parent, name=name, place=len(tree) + 1)
    _keep_order(plan)
    note_change(
        act="theme.added",
        object=_named(made),
        before={},
        after={"path": tree_of(plan).words(made.pk), "by": by, "on": on},
    )
    return made


@transaction.atomic
def set_theme(
    *,
    theme_id: int,
    version: int,
    name: str,
    parent: int | None,
    position: int,
    by: str,
    on: date,
) -> Theme:
    """Rename a theme, hang it below another, or give it its position among its equals, from 1."""
    theme = _lock_theme(theme_id, version)
    plan, name = theme.plan, name.strip()
    tree = tree_of(plan)
    _check_parent(tree, parent)
    if fault := tree.place_fault(theme.pk, name, parent):
        raise ThemeRefused(fault)
    before = _words(theme, tree)
    theme.name, theme.parent_id = name, parent
    theme.version += 1
    theme.save(update_fields=["name", "parent", "version"])
    equals = [one for one in tree.below(parent) if one != theme.pk]
    equals.insert(min(max(position, 1), len(equals) + 1) - 1, theme.pk)
    _keep_order(plan, equals)
    after = _words(theme, tree_of(plan)) | {"by": by, "on": on}
    note_change(act="theme.changed", object=_named(theme), before=before, after=after)
    return theme


@transaction.atomic
def drop_theme(*, theme_id: int, version: int, by: str, on: date) -> None:
    """Take away a theme that holds nothing any more."""
    theme = _lock_theme(theme_id, version)
    tree = tree_of(theme.plan)
    items, below = theme.items.count(), len(tree.below(theme.pk))
    if items or below:
        said = [Words("%(count)s 个下级", count=below)] if below else []
        said += [Words("%(count)s 项重点工作", count=items)] if items else []
        raise ThemeRefused(
            Words(
                "“%(name)s”下面还有%(what)s，不能删除；请先把它们移到别处。",
                name=theme.name,
                what=said,
            )
        )
    note_change(
        act="theme.dropped",
        object=_named(theme),
        before=_words(theme, tree),
        after={"by": by, "on": on},
    )
    plan = theme.plan
    theme.delete()
    _keep_order(plan)


@transaction.atomic
def place_items(
    *, plan_id: int, themes: dict[int, str], by: str, on: date
) -> list[tuple[int, str, str]]:
    """Put items, by number, below the paths of themes; a path that is not there yet is grown.

    Return what moved: number, path before, path after.
    """
    plan = _lock(plan_id)
    tree = tree_of(plan)
    items = {one.number: one for one in plan.items.filter(number__in=themes)}
    if unknown := sorted(set(themes) - set(items)):
        raise ThemeRefused(Words("计划里没有第 %(number)s 项。", number=unknown[0]))
    moved = []
    for number, words in themes.items():
        item, before = items[number], tree.words(items[number].theme_id)
        path = split_path(words)
        if join_path(path) == before:
            continue
        tree = grow(plan, [words])
        item.theme_id = tree.find(path)
        item.version += 1
        item.save(update_fields=["theme", "version"])
        after = join_path(path)
        note_change(
            act="item.placed",
            object=f"item:{item.pk}",
            before={"theme": before},
            after={"theme": after, "by": by, "on": on},
        )
        moved.append((number, before, after))
    return moved


def grow(plan: Plan, paths: Iterable[str]) -> Tree:
    """Add the themes of these paths that a plan does not have yet, in their order."""
    tree = tree_of(plan)
    grown = False
    for words in dict.fromkeys(paths):
        if fault := path_fault(words):
            raise ThemeRefused(fault)
        parent: int | None = None
        path = split_path(words)
        for depth, name in enumerate(path, start=1):
            found = tree.find(path[:depth])
            if found is None:
                made = Theme.objects.create(
                    plan=plan, parent_id=parent, name=name, place=len(tree) + 1
                )
                found, tree, grown = made.pk, tree_of(plan), True
            parent = found
    return _keep_order(plan) if grown else tree


def _keep_order(plan: Plan, first: Sequence[int] = ()) -> Tree:
    """Write the place of every theme as the tree is walked; `first` are equals in a new order."""
    tree = tree_of(plan)
    order = {id_: place for place, id_ in enumerate(first)}
    if first:
        branches = sorted(tree, key=lambda one: order.get(one.id, -1))
        tree = Tree(branches)
    places = {one.pk: one.place for one in plan.themes.all()}
    changed = [
        Theme(pk=one.id, place=place)
        for place, one in enumerate(tree, start=1)
        if places[one.id] != place
    ]
    Theme.objects.bulk_update(changed, ["place"])
    return tree


def _lock(plan_id: int) -> Plan:
    plan = Plan.objects.select_for_update().get(pk=plan_id)
    check_year_open(plan.year)
    return plan


def _lock_theme(theme_id: int, version: int) -> Theme:
    found = Theme.objects.filter(pk=theme_id).first()
    if found is None:
        raise ThemeRefused(Words("这个重点任务刚被别人删除了。"))
    _lock(found.plan_id)
    theme = Theme.objects.select_related("plan").get(pk=theme_id)
    if theme.version != version:
        raise ThemeRefused(Words("“%(name)s”刚被别人改动过，请核对后再保存。", name=theme.name))
    return theme


def _check_parent(tree: Tree, parent: int | None) -> None:
    if parent is not None and parent not in tree:
        raise ThemeRefused(Words("没有这个上一级；它可能刚被删除了。"))


def _words(theme: Theme, tree: Tree) -> dict[str, object]:
    equals = tree.below(theme.parent_id)
    return {"path": tree.words(theme.pk), "position": equals.index(theme.pk) + 1}


def _named(theme: Theme) -> str:
    return f"theme:{theme.pk}"

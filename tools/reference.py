"""Write docs/reference/ from the loaded zone: fact types, indicators, units, rights."""

import os
from collections.abc import Iterable
from pathlib import Path

import django

from jingkai.config.contexts import CONTEXTS
from jingkai.kernel.load import collect_fact_types, load_zone
from jingkai.kernel.units import UNITS
from jingkai.kernel.zone import Zone
from jingkai.org.rules import PERMISSION_WORDS, ROLES, SCOPE_WORDS, Permission

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "reference"
NOTE = "<!-- Written by `make docs` from the definitions; do not edit. -->"
GRAINS = {"event": "事件 event", "return": "报表 return"}
ADDS_UP = {
    "flow": "流量 flow",
    "stock": "存量 stock",
    "balance": "结存 balance",
    "cumulative": "累计 cumulative",
    "ratio": "比率 ratio",
    "share": "比重 share",
    "rank": "位次 rank",
}


def table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> list[str]:
    """Return a Markdown table."""
    lines = [list(heads)]
    lines.append(["---"] * len(lines[0]))
    lines += [[str(cell).replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows]
    return [f"| {' | '.join(line)} |" for line in lines]


def facts(zone: Zone) -> list[str]:
    """Return every fact type with its columns."""
    lines = ["# 事实类型 Fact types", NOTE]
    for kind in sorted(zone.fact_types.values(), key=lambda one: one.id):
        lines += ["", f"## `{kind.id}` {kind.name}"]
        lines += [f"{kind.english}. {GRAINS[kind.grain]}; subject `{kind.subject}:…`", ""]
        lines += table(
            ("column", "名称", "unit", "scale", "words"),
            (
                (f"`{key}`", one.name, one.unit or "—", one.scale, _words(one.words))
                for key, one in kind.columns.items()
            ),
        )
    lines += ["", "Every fact type also has `subject` (text) and `on` (date; of a return, its"]
    return [*lines, "period's last day)."]


def _words(words: object) -> str:
    pairs = words.items() if isinstance(words, dict) else ()
    return "、".join(code if code == word else f"{code} {word}" for code, word in pairs) or "—"


def indicators(zone: Zone) -> list[str]:
    """Return every indicator with its scope and its basis."""
    rows = (
        (
            f"`{one.id}`",
            one.name,
            one.english,
            one.unit,
            f"`{one.over}`",
            ADDS_UP[one.adds_up],
            one.words,
            one.basis,
        )
        for one in sorted(zone.indicators.values(), key=lambda one: (one.over, one.id))
    )
    heads = ("id", "名称", "English", "单位", "facts", "adds up", "口径", "依据")
    return [f"# 指标 Indicators ({zone.name})", NOTE, "", *table(heads, rows)]


def units(zone: Zone) -> list[str]:
    """Return every unit with the base unit of its kind."""
    base = {one.kind: one.id for one in reversed(UNITS.values()) if one.factor == 1}
    rows = (
        (one.id, one.english or "—", one.kind, f"{one.factor} {base[one.kind]}")
        if one.kind in base and one.kind != "count"
        # Counted things, and ratios whose base unit nobody writes: 元 per 平方米.
        else (one.id, one.english or "—", one.kind, str(one.factor))
        for one in UNITS.values()
    )
    return ["# 单位 Units", NOTE, "", *table(("unit", "English", "kind", "is"), rows)]


def rights(zone: Zone) -> list[str]:
    """Return what each role may do, and for every route who may open it.

    It says what the routes declare; what they should declare is a table of its own in the tests.
    """
    from jingkai.web.access import Policy
    from jingkai.web.pages.security import all_policies

    held = [
        (f"`{one.id}`", one.name, SCOPE_WORDS[one.scope], _permissions(one.permissions))
        for one in ROLES.values()
    ]
    words = {Policy.PUBLIC: "公开", Policy.SIGNED_IN: "登录即可", None: "没有声明"}
    routes = []
    for name, policy in all_policies():
        if isinstance(policy, Permission):
            may = [one.id for one in ROLES.values() if policy in one.permissions]
            routes.append((f"`{name}`", PERMISSION_WORDS[policy], "、".join(may)))
        else:
            routes.append((f"`{name}`", words[policy], "—"))
    return [
        "# 权限 Rights",
        NOTE,
        "",
        "Roles as they ship; a zone's `roles.yaml` may say otherwise. Every route answers GET,",
        "HEAD and POST, any other method 405. An object outside a person's scope answers 404.",
        "",
        *table(("role", "名称", "数据范围", "权限"), held),
        "",
        "## 页面 Routes",
        "",
        *table(("route", "要的权限", "roles"), routes),
    ]


def _permissions(held: frozenset[Permission]) -> str:
    return "、".join(PERMISSION_WORDS[one] for one in Permission if one in held) or "—"


def main() -> None:
    """Write the pages."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jingkai.config.settings")
    django.setup()
    zone = load_zone(os.environ.get("JINGKAI_ZONE", "zones.changde"), collect_fact_types(CONTEXTS))
    FOLDER.mkdir(parents=True, exist_ok=True)
    for page in (facts, indicators, units, rights):
        path = FOLDER / f"{page.__name__}.md"
        path.write_text("\n".join(page(zone)) + "\n", encoding="utf-8")
        print(path.relative_to(FOLDER.parents[1]))


if __name__ == "__main__":
    main()

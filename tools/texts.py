"""English texts: collect the Chinese source strings, compile the catalogue."""

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from jingkai.kernel.facttypes import FactType

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "jingkai"
CATALOGUE = SOURCE / "locale" / "en" / "LC_MESSAGES" / "django.po"
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "gettext": None, "gettext_lazy": None, "ngettext": (1, 2), "Words": None}


def collect() -> Catalog:
    """Return the catalogue with every string that the sources use, translations kept."""
    fresh = Catalog(locale="en", project="jingkai")
    options = {"**/templates/**.html": {"trimmed": "true"}}
    for name, line, message, comments, _ in extract_from_dir(
        SOURCE, METHODS, options_map=options, keywords=KEYWORDS
    ):
        fresh.add(message, locations=[(name, line)], auto_comments=comments)
    for message in declared():
        fresh.add(message)
    known = load()
    known.update(fresh, no_fuzzy_matching=True)
    known.obsolete.clear()
    return known


def declared() -> list[str]:
    """Return the Chinese names that code declares as data and pages translate."""
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jingkai.config.settings")
    import django

    django.setup()
    from jingkai.approvals.models import Application, Branch
    from jingkai.audit.rules import ACT_WORDS, DETAIL_WORDS, OUTCOME_WORDS
    from jingkai.cases.lists import ENDINGS
    from jingkai.cases.rules import ACTS
    from jingkai.cases.services import find_case_types
    from jingkai.documents.charts import WORDS
    from jingkai.enterprises.rules import (
        ATTRIBUTES,
        HONOUR_STEPS,
        LIKENESSES,
        OWNERSHIPS,
        RESERVED,
        SIZES,
    )
    from jingkai.enterprises.rules import KINDS as FIRM_KINDS
    from jingkai.kernel.zone import current_zone
    from jingkai.ladder.rules import HONOURS, MARKS, STAGES, STANDINGS
    from jingkai.ladder.rules import VERDICTS as FOUND
    from jingkai.org.rules import PERMISSION_WORDS, ROLES, SCOPE_WORDS
    from jingkai.plan import cascading
    from jingkai.plan.charts import MODES
    from jingkai.plan.readings import EVERY
    from jingkai.plan.rules import ACTIONS, BINDINGNESS, COLUMNS, DIFFERENCES, THEME_COLUMNS
    from jingkai.projects.rules import GATES, KINDS
    from jingkai.reading.comparison import VERDICTS
    from jingkai.reading.doubts import DOUBTS
    from jingkai.reading.joining import REASONS
    from jingkai.reports.editions import TABLE_HEADS
    from jingkai.reports.lastyear import SOURCES
    from jingkai.reports.memory import FATES
    from jingkai.reports.models import ChangeSet, Comment, Draft
    from jingkai.reports.tasktable import FIELDS
    from jingkai.reports.tokens import FORMS
    from jingkai.returns.models import Filing, ReturnFile
    from jingkai.returns.queries import STATES
    from jingkai.supervision.models import FollowUp
    from jingkai.supervision.rules import IN_PERSON, NOT_REACHED
    from jingkai.web.importers import list_importers
    from jingkai.web.language import NOBODY
    from jingkai.web.shell import menu_words

    titles = {one.id: one.name for one in current_zone().ladder.titles.values()}
    of_firms = (
        ATTRIBUTES,
        FIRM_KINDS,
        OWNERSHIPS,
        RESERVED,
        SIZES,
        titles,
        HONOUR_STEPS,
        HONOURS,
        MARKS,
    )
    return [
        *menu_words(),
        *(role.name for role in ROLES.values()),
        *KINDS,
        *(gate.name for gate in GATES.values()),
        *(gate.proof for gate in GATES.values()),
        *PERMISSION_WORDS.values(),
        *ACT_WORDS.values(),
        *DETAIL_WORDS.values(),
        *SCOPE_WORDS.values(),
        *("待批准", "已批准", "未批准"),
        *OUTCOME_WORDS.values(),
        *(word for mode in MODES.values() for word in (mode.name, mode.dashed, mode.stroke)),
        *WORDS,
        *FIELDS,
        *ACTIONS.values(),
        *VERDICTS.values(),
        *REASONS.values(),
        *(str(kind.label) for kind in ChangeSet.Kind),
        *(str(one.label) for one in (*Draft.Kind, *Comment.State)),
        *TABLE_HEADS,
        *(word for _, word, _ in FATES.values()),
        *FORMS.values(),
        *SOURCES.values(),
        *(word for words in of_firms for word in words.values()),
        *LIKENESSES,
        *(word for words in (STATES, STANDINGS, FOUND) for _shape, word in words.values()),
        *STAGES.values(),
        *ACTS.values(),
        *(word for words in (cascading.ROLES, cascading.TEMPLATES) for word in words.values()),
        *(word for words in (BINDINGNESS, COLUMNS, DIFFERENCES, EVERY) for word in words.values()),
        *THEME_COLUMNS.values(),
        *IN_PERSON.values(),
        *NOT_REACHED.values(),
        *(str(label) for _, label in FollowUp.Source.choices),
        *(step.name for step in current_zone().supervision.steps),
        current_zone().supervision.name,
        *(step.name for kind in find_case_types().values() for step in kind.steps),
        *(kind.name for kind in find_case_types().values()),
        *(one.name for kind in find_case_types().values() for one in (*kind.flags, *kind.pauses)),
        *(column.heading for one in list_importers() for column in one.columns),
        *DOUBTS,
        *ENDINGS,
        *NOBODY,
        "接受有把握的",
        *(
            str(word)
            for model in (Application, Branch, Filing, ReturnFile)
            for _, word in model.State.choices
        ),
        *(word for one in current_zone().fact_types.values() for word in fact_words(one)),
    ]


def fact_words(fact_type: FactType) -> Iterator[str]:
    """Yield the words that pages print of a fact type: its columns and their codes."""
    for column in fact_type.columns.values():
        yield column.name
        yield from column.words.values()


def load() -> Catalog:
    """Return the catalogue as it stands."""
    if not CATALOGUE.exists():
        return Catalog(locale="en", project="jingkai")
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en")


def main() -> None:
    """collect: write the catalogue anew; compile: make it usable."""
    if "collect" in sys.argv[1:]:
        catalogue = collect()
        CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
        with CATALOGUE.open("wb") as file:
            write_po(file, catalogue, omit_header=False, include_lineno=False, width=100)
        missing = sum(1 for one in catalogue if one.id and not one.string)
        print(f"{len(catalogue)} texts, {missing} without English")
    if CATALOGUE.exists():
        with CATALOGUE.with_suffix(".mo").open("wb") as file:
            write_mo(file, load())


if __name__ == "__main__":
    main()

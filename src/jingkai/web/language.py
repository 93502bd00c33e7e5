"""Chinese first: English only for who chose it; names that data gives in both languages."""

from django.conf import settings
from django.utils import translation

from jingkai.org.queries import list_departments

__all__ = ["chosen_language", "department_choices", "is_english", "spoken"]


def chosen_language(cookie: str | None) -> str:
    """Return the language a person chose, else the house's own; a browser's wish is no choice."""
    return cookie if cookie in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def is_english() -> bool:
    """Tell whether this page is read in English."""
    return (translation.get_language() or "").startswith("en")


def spoken(chinese: str, english: str) -> str:
    """Return a name that data gives in both languages, in the reader's one."""
    return english if english and is_english() else chinese


def department_choices() -> list[tuple[str, str]]:
    """Return the departments as choices of a form."""
    return [(one.pk, spoken(one.name, one.english)) for one in list_departments()]

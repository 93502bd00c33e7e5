"""The template environment: strict names, Chinese source strings, no style or script inline."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from jingkai.web.language import (
    said_quantity,
    speak,
    spoken,
    spoken_actor,
    spoken_limit,
    spoken_notice,
    spoken_period,
    unit_word,
    with_unit,
)

SOURCE = Path(__file__).resolve().parents[1]


def environment(**options: Any) -> Environment:
    """Return the environment that Django's Jinja2 backend renders with."""
    options |= {
        "loader": FileSystemLoader(sorted(SOURCE.glob("*/templates"))),
        "undefined": StrictUndefined,
        "extensions": ["jinja2.ext.i18n"],
        "trim_blocks": True,
        "lstrip_blocks": True,
    }
    jinja = Environment(**options)
    jinja.install_gettext_callables(  # type: ignore[attr-defined]
        translation.gettext, translation.ngettext, newstyle=True
    )
    jinja.globals |= {"static": static, "url": _url, "moment": _moment}
    jinja.globals |= {"spoken": spoken, "spoken_limit": spoken_limit, "unit_word": unit_word}
    jinja.globals |= {"spoken_actor": spoken_actor, "spoken_period": spoken_period}
    jinja.globals |= {
        "said_quantity": said_quantity,
        "speak": speak,
        "spoken_notice": spoken_notice,
        "with_unit": with_unit,
    }
    return jinja


def _moment(at: datetime) -> str:
    """Return a moment at the office's clock, to the second."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}"


def _url(name: str, *args: object, **kwargs: object) -> str:
    return reverse(name, args=args or None, kwargs=kwargs or None)

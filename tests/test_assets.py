"""What browsers get holds nothing newer than Chromium 110, the office's browser on UOS and 麒麟."""

import re
from pathlib import Path

import django_htmx
import pytest

import jingkai

STATIC = Path(jingkai.__file__).parent / "web" / "static" / "built"
HTMX = Path(django_htmx.__file__).parent / "static" / "django_htmx" / "htmx-2.min.js"

# A feature, as it is written, and the Chromium that brought it.
STYLES = {
    r"color-mix\(": 111,
    r"\b(ok)?(lab|lch)\(": 111,
    r"\b(sin|cos|tan|asin|acos|atan|atan2|pow|sqrt|hypot|log|exp)\(": 111,
    r"\binitial-letter\s*:": 110.5,
    r"[{;}]\s*&": 112,
    r"\blinear\(": 113,
    r"animation-(timeline|range)": 115,
    r"@starting-style": 117,
    r"\bsubgrid\b": 117,
    r"@scope": 118,
    r":user-(in)?valid": 119,
    r"light-dark\(": 123,
    r"field-sizing": 123,
    r"\b(anchor|anchor-size)\(": 125,
    r"\b(round|mod|rem)\(": 125,
    r"calc-size\(|interpolate-size": 129,
    r"\bif\(": 137,
    r":(open|popover-open)\b": 114,
    r"\bscrollbar-(color|width|gutter-color)\s*:": 121,
    r"text-wrap-(mode|style)": 130,
}
SCRIPTS = {
    r"\.isWellFormed\(": 111,
    r"\.startViewTransition\(": 111,
    r"\.showPopover\(|\.togglePopover\(": 114,
    r"AbortSignal\.any\(": 116,
    r"(Object|Map)\.groupBy\(": 117,
    r"Promise\.withResolvers\(": 119,
    r"URL\.canParse\(": 120,
    r"Array\.fromAsync\(": 121,
    r"Iterator\.from\(": 122,
    r"\.(isSubsetOf|isSupersetOf|isDisjointFrom|symmetricDifference)\(": 122,
    r"Promise\.try\(": 128,
    r"RegExp\.escape\(": 136,
    r"Uint8Array\.fromBase64\(": 140,
}
# Known, and each has its own way round where the browser lacks it.
LOOKED_AT = {("htmx-2.min.js", r"\.startViewTransition\(")}  # off unless asked for


def newer_than_110(text: str, features: dict[str, float]) -> set[str]:
    """Return the features that a text uses."""
    return {mark for mark in features if re.search(mark, text)}


@pytest.mark.parametrize("path", [*sorted(STATIC.glob("*.[cj]s*")), HTMX], ids=lambda one: one.name)
def test_nothing_newer_than_the_offices_browser(path: Path):
    features = STYLES if path.suffix == ".css" else SCRIPTS

    found = newer_than_110(path.read_text("utf-8"), features)

    assert {(path.name, one) for one in found} <= LOOKED_AT


@pytest.mark.parametrize(
    ("text", "features"),
    [
        ("a{color:color-mix(in srgb,red,blue)}", STYLES),
        ("a{color:red;&:hover{color:blue}}", STYLES),
        ("a{width:calc(1px*sin(1))}", STYLES),
        ("x=Object.groupBy(y,z)", SCRIPTS),
        ("new Promise.withResolvers()", SCRIPTS),
    ],
)
def test_a_newer_feature_is_found(text: str, features: dict[str, float]):
    assert newer_than_110(text, features)


def test_the_build_is_told_the_same():
    build = Path(__file__).parents[1] / "tools" / "build_assets.py"

    assert "--target=chrome110" in build.read_text("utf-8")

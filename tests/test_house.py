"""The house keeps its own rules: who imports whom, types, style, migrations, words."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a tool of the environment at the root."""
    return subprocess.run(
        [str(BIN / command[0]), *command[1:]],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "jingkai.config.settings"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.mark.parametrize(
    "command",
    [
        ("lint-imports",),
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "."),
        ("mypy",),
    ],
    ids=["import contracts", "style", "format", "types"],
)
def test_the_tools_of_the_house_are_content(command: tuple[str, ...]):
    done = run(*command)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_production_settings_are_sound(tmp_path: Path):
    # Browser tests of the same worker leave DJANGO_ALLOW_ASYNC_UNSAFE behind; an office has none.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("DJANGO_")} | {
        "JINGKAI_DATA": str(tmp_path),
        "JINGKAI_HTTPS": "1",
        "JINGKAI_DEMO": "",
        "DJANGO_SETTINGS_MODULE": "jingkai.config.settings",
    }
    done = subprocess.run(
        [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "word", [r"\beval\(", r"\bexec\(", "mark_safe", r"\|\s*safe\b", r"datetime\.now\(\)"]
)
def test_what_must_not_stand_in_the_source_does_not(word: str):
    found = [
        path.name
        for path in (ROOT / "src").rglob("*")
        if path.suffix in (".py", ".html") and re.search(word, path.read_text("utf-8"))
    ]

    # One row's pieces run as generated code, from typed trees only (docs/adr).
    assert found == (["scaled.py"] if "exec" in word else [])


def test_the_locks_name_no_address():
    for lock in ROOT.glob("*.lock"):
        assert "://" not in lock.read_text("utf-8"), lock.name
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text("utf-8")


def test_styles_keep_to_what_every_office_browser_knows():
    newer = (
        r"color-mix|oklch|oklab|light-dark|@scope|@starting-style|:has-slotted|anchor-name|text-box"
    )
    newer += r"|round\(|[{;]\s*&"
    styles = [ROOT / "frontend" / "app.css", *(ROOT / "frontend" / "styles").glob("*.css")]

    assert len(styles) > 5
    assert not [path.name for path in styles if re.search(newer, path.read_text("utf-8"))]

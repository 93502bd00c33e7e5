"""A printed page, measured; and a program that stands in for LibreOffice."""

import shutil
from pathlib import Path

import pypdfium2
import pytest

MILLIMETRES = 25.4 / 72
# LibreOffice is an extra of the server: without it the page says so, which is tested everywhere.
printer = pytest.mark.skipif(
    not shutil.which("soffice"), reason="needs soffice (libreoffice-writer-nogui)"
)


def characters(page: pypdfium2.PdfPage) -> list[tuple[str, float, float, float, float]]:
    """Return the inked characters of a page: sign, left, top, right, bottom in millimetres."""
    text, height = page.get_textpage(), page.get_height()
    found = []
    for place in range(text.count_chars()):
        sign = text.get_text_range(place, 1)
        left, bottom, right, top = text.get_charbox(place, loose=True)
        if sign.strip():
            edges = (left, height - top, right, height - bottom)
            found.append((sign, *(edge * MILLIMETRES for edge in edges)))
    return found


# Prints how each docx begins.
PRINTS = 'for one in page*.docx; do head -c 2 "$one" > "${one%.docx}.pdf"; done'


def fake(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Put a shell script where the program is looked for."""
    program = folder / "soffice"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")

"""The printed page, measured where a converter is installed."""

import os
import re
import shutil
import subprocess

import pytest

from jingkai.documents import Paragraph, fontconfig
from tests.documents.samples import letter, report, written

POINTS = 72 / 25.4
converter = pytest.mark.skipif(
    not (shutil.which("soffice") and shutil.which("pdftotext")),
    reason="needs soffice (libreoffice-writer-nogui) and pdftotext (poppler-utils)",
)


@pytest.fixture
def words(tmp_path):
    def measure(document):
        """Return the words of each page with their boxes in millimetres."""
        (tmp_path / "page.docx").write_bytes(written(document))
        (tmp_path / "fonts.conf").write_text(fontconfig(), encoding="utf-8")
        profile = f"-env:UserInstallation=file://{tmp_path}/profile"
        command = ["soffice", profile, "--headless", "--convert-to", "pdf", "page.docx"]
        environment = {**os.environ, "FONTCONFIG_FILE": str(tmp_path / "fonts.conf")}
        subprocess.run(
            command, cwd=tmp_path, env=environment, check=True, capture_output=True, timeout=120
        )
        boxes = subprocess.run(
            ["pdftotext", "-bbox", "page.pdf", "-"], cwd=tmp_path, check=True, capture_output=True
        ).stdout.decode()
        box = r'xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>'
        return [
            [
                (*(float(edge) / POINTS for edge in found[:4]), found[4])
                for found in re.findall(box, page)
            ]
            for page in boxes.split("<page ")[1:]
        ]

    return measure


@converter
def test_a_page_holds_22_lines_of_28_characters_within_its_margins(words):
    _, page, *_ = words(report(Paragraph("正" * 26 + "文" * 28 * 60)))
    lines = [word for word in page if len(word[4]) > 5]

    assert [len(line[4]) for line in lines] == [28] * 22
    assert min(line[0] for line in lines) == pytest.approx(28, abs=1)
    assert 210 - max(line[2] for line in lines) == pytest.approx(26, abs=1.5)
    assert min(line[1] for line in lines) == pytest.approx(37, abs=4)  # the line has air above it


@converter
def test_a_number_is_not_broken_across_lines(words):
    [page] = words(report(*(Paragraph("增" * n, "11.6%；") for n in range(20, 29))))

    assert sum("11.6%" in word[4] for word in page) == 9


@converter
def test_imprint_stands_at_the_foot_of_the_last_page(words):
    *_, page = words(letter())
    [printed] = [word for word in page if word[4].startswith("2026年4月9") or "日印发" in word[4]]

    assert 297 - printed[3] == pytest.approx(35, abs=4)

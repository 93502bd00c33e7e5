"""The PDF of a document: its page measured, its process bounded, its absence said."""

import time
from pathlib import Path

import pypdfium2
import pytest

from jingkai.documents import Paragraph
from jingkai.documents.pdf import NoPrinter, PrintFailed, print_pdf, print_pdfs
from tests.documents.paper import MILLIMETRES, characters, fake, printer
from tests.documents.samples import letter, report, written


@printer
def test_a_page_is_a4_and_holds_22_lines_of_28_characters_within_its_margins():
    printed = print_pdf(written(report(Paragraph("正" * 26 + "文" * 28 * 60))))
    page = pypdfium2.PdfDocument(printed)[1]
    body = [one for one in characters(page) if one[0] in "正文"]
    lines: dict[float, int] = {}
    for one in body:
        lines[round(one[4])] = lines.get(round(one[4]), 0) + 1

    assert page.get_width() * MILLIMETRES == pytest.approx(210, abs=0.5)
    assert page.get_height() * MILLIMETRES == pytest.approx(297, abs=0.5)
    assert list(lines.values()) == [28] * 22
    assert min(one[1] for one in body) == pytest.approx(28, abs=1)
    assert 210 - max(one[3] for one in body) == pytest.approx(26, abs=1.5)
    assert min(one[2] for one in body) == pytest.approx(37, abs=4)  # the line has air above it
    assert 297 - max(one[4] for one in body) == pytest.approx(35, abs=4)


@printer
def test_a_number_is_not_broken_across_lines():
    body = (Paragraph("增" * n, "11.6%；") for n in range(20, 29))
    page = pypdfium2.PdfDocument(print_pdf(written(report(*body))))[0]
    signs = characters(page)
    starts = [
        i for i in range(len(signs)) if "".join(one[0] for one in signs[i : i + 5]) == "11.6%"
    ]

    assert len(starts) == 9
    assert all(len({round(one[4]) for one in signs[i : i + 5]}) == 1 for i in starts)


@printer
def test_documents_that_are_printed_together_stay_apart():
    told = print_pdfs([written(letter()), written(report(Paragraph("正文")))])

    signs = ["".join(one[0] for one in characters(pypdfium2.PdfDocument(each)[0])) for each in told]
    assert "青开函〔2026〕7号" in signs[0] and "年度情况" in signs[1]


@printer
def test_the_imprint_stands_at_the_foot_of_the_last_page():
    document = pypdfium2.PdfDocument(print_pdf(written(letter())))
    last = characters(document[len(document) - 1])
    [place] = [i for i, one in enumerate(last) if one[0] == "印"]

    assert last[place + 1][0] == "发"
    assert 297 - last[place][4] == pytest.approx(35, abs=4)


def test_without_the_program_it_is_said_how_to_install_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NoPrinter, match="apt-get install libreoffice-writer-nogui"):
        print_pdf(b"")


def test_a_program_that_hangs_is_ended_with_its_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    mark = tmp_path / "child"
    fake(tmp_path, monkeypatch, f"(sleep 2; touch {mark}) & wait")
    with pytest.raises(PrintFailed, match=r"超过 0\.5 秒"):
        print_pdf(b"", limit=0.5)
    time.sleep(2.2)

    assert not mark.exists()


def test_a_program_that_prints_nothing_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    fake(tmp_path, monkeypatch, "echo no filter >&2")
    with pytest.raises(PrintFailed, match="no filter"):
        print_pdf(b"")

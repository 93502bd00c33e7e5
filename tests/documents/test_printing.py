"""Charts on paper: 300 dpi, as wide as the text, with their source beneath."""

import io
from datetime import UTC, datetime
from decimal import Decimal

from docx import Document

from jingkai.documents import Kind, OfficialDocument, Picture, write_docx
from jingkai.documents.charts import Chart, Mark, Rows, Series
from jingkai.documents.pictures import open_picture
from jingkai.documents.printing import print_chart

CHART = Chart(
    id="one",
    title="到位资金逐月到账",
    unit="亿元",
    source="财政金融局",
    period="2021年1—3月",
    alt="一月到三月",
    figures=Rows(
        kind="bar",
        across="月份",
        categories=("1月", "2月", "3月"),
        series=(Series("到位资金", tuple(Mark(Decimal(n), f"{n}") for n in (1, 2, 3))),),
    ),
)


def test_a_chart_is_printed_at_300_dpi_across_the_text_area():
    content = print_chart(CHART)

    image = open_picture(Picture(content=content, caption="图", alt="图"))
    assert (image.extension, image.dpi) == ("png", 300)
    assert abs(image.width / 300 * 25.4 - 156) < 1


def test_a_chart_that_is_the_same_prints_the_same_bytes():
    assert print_chart(CHART) == print_chart(CHART)


def test_a_chart_stands_in_the_document_with_its_source():
    picture = Picture(
        content=print_chart(CHART), caption=CHART.title, alt=CHART.alt, source=CHART.source
    )
    document = OfficialDocument(kind=Kind.REPORT, title="报告", body=(picture,))

    data = write_docx(document, author="办公室", created=datetime(2021, 6, 30, tzinfo=UTC))

    found = Document(io.BytesIO(data))
    words = [one.text for one in found.paragraphs]
    assert len(found.inline_shapes) == 1
    assert abs(found.inline_shapes[0].width.mm - 156) < 1.5
    assert any("到位资金逐月到账" in one for one in words)
    assert any("财政金融局" in one for one in words)

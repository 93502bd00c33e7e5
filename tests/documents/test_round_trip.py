"""Whatever is written is read back, save the characters no file can carry."""

from hypothesis import given, settings
from hypothesis import strategies as st

from jingkai.documents import Figure, Heading, Paragraph, Table, clean
from jingkai.documents.model import Column
from tests.documents.samples import read, report

anything = st.text(st.characters(codec=None, exclude_categories=()), max_size=40)
figures = st.builds(
    Figure,
    text=anything.filter(lambda text: clean(text).strip()),
    anchor=st.just("https://zone.example/1"),
    note=anything,
)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(anything | figures, max_size=4), max_size=5))
def test_paragraphs_survive(paragraphs):
    document = read(report(*(Paragraph(*runs) for runs in paragraphs)))

    read_back = [one.text for one in document.paragraphs if one.style.name == "Body Text"]
    # Each run is cleaned on its own, as a line end never spans two of them.
    assert read_back == [
        "".join(clean(run.text if isinstance(run, Figure) else run) for run in runs)
        for runs in paragraphs
    ]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(anything, anything), min_size=1, max_size=4))
def test_cells_survive(rows):
    table = Table(columns=(Column("甲"), Column("乙")), rows=rows)

    [read_back] = read(report(table)).tables
    assert [tuple(cell.text for cell in row.cells) for row in read_back.rows[1:]] == [
        tuple(clean(cell) for cell in row) for row in rows
    ]


@settings(deadline=None, max_examples=40)
@given(anything.filter(lambda text: clean(text).strip()))
def test_headings_survive_on_one_line(text):
    last = read(report(Heading(1, text))).paragraphs[-1]

    assert last.text == "一、" + " ".join(clean(text).split())

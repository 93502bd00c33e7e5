"""Write an official document as a docx in the layout of GB/T 9704-2012."""

from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from jingkai.documents import layout
from jingkai.documents.composition import Composition
from jingkai.documents.letterhead import (
    attachment_list,
    attachment_title,
    check_letter,
    footer,
    imprint,
    opening,
    signature,
)
from jingkai.documents.markup import Element, R, keep_with_next, serialise, w
from jingkai.documents.model import OfficialDocument
from jingkai.documents.styles import font_table, settings, styles
from jingkai.documents.text import in_utc, one_line

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_OUTWARD = ' TargetMode="External"'
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def write_docx(document: OfficialDocument, *, author: str, created: datetime) -> bytes:
    """Write the document; the same input always gives the same bytes."""
    written_at = in_utc(created)
    check_letter(document)
    composition = Composition()
    content = [*opening(document), *composition.blocks(document.body)]
    closing = [*attachment_list(document.attachments), *signature(document)]
    if closing:
        # A signature alone on a page could be put under another text.
        for one in (content[-1], *closing[:-1]):
            keep_with_next(one)
    content += closing
    for place, attachment in enumerate(document.attachments, start=1):
        if attachment.body:
            mark = "附件" if len(document.attachments) == 1 else f"附件{place}"
            composition.restart_headings()
            content += [*attachment_title(attachment, mark), *composition.blocks(attachment.body)]
    if document.imprint:
        content += imprint(document.imprint)
    body = serialise(w("document", w("body", *content, _section())))
    images = [
        (f"word/media/{relation}.{image.extension}", relation, image.content)
        for relation, image in composition.images.values()
    ]
    return _package(
        {
            "[Content_Types].xml": _content_types(),
            "_rels/.rels": _package_relations(),
            "docProps/core.xml": _core(one_line(document.title), one_line(author), written_at),
            "word/document.xml": body,
            "word/_rels/document.xml.rels": _document_relations(
                [(name, relation) for name, relation, _ in images], composition.links
            ),
            "word/styles.xml": styles(),
            "word/fontTable.xml": font_table(),
            "word/settings.xml": settings(),
            "word/footer1.xml": serialise(footer(odd=True)),
            "word/footer2.xml": serialise(footer(odd=False)),
            **{name: content for name, _, content in images},
        }
    )


def _section() -> Element:
    margins = w(
        "pgMar",
        top=layout.TOP,
        right=layout.RIGHT,
        bottom=layout.BOTTOM,
        left=layout.LEFT,
        header=851,
        footer=1440,  # the dash of the page number stands 7 mm below the text area
        gutter=0,
    )
    # charSpace is the difference of a cell from 16 pt, in 4096ths of a point.
    spare = layout.TEXT_WIDTH / 20 / layout.CHARACTERS - layout.BODY
    grid = w(
        "docGrid",
        type="linesAndChars",
        linePitch=layout.LINE,
        charSpace=int(spare * 4096) - 1,
    )
    feet = [w("footerReference", type="default"), w("footerReference", type="even")]
    for place, foot in enumerate(feet, start=1):
        foot.set(f"{{{R}}}id", f"footer{place}")
    paper = w("pgSz", w=layout.PAGE_WIDTH, h=layout.PAGE_HEIGHT)
    return w("sectPr", *feet, paper, margins, grid)


def _content_types() -> bytes:
    parts = [
        ("/word/document.xml", f"{_WORD}.document.main+xml"),
        ("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"),
        *(
            (f"/word/{name}.xml", f"{_WORD}.{name}+xml")
            for name in ("styles", "fontTable", "settings")
        ),
        *((f"/word/footer{place}.xml", f"{_WORD}.footer+xml") for place in (1, 2)),
    ]
    files = [
        ("rels", "application/vnd.openxmlformats-package.relationships+xml"),
        ("xml", "application/xml"),
        ("png", "image/png"),
        ("jpeg", "image/jpeg"),
    ]
    listed = "".join(f'<Default Extension="{end}" ContentType="{kind}"/>' for end, kind in files)
    listed += "".join(f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in parts)
    return f'{_XML}<Types xmlns="{_PACKAGE}/content-types">{listed}</Types>'.encode()


def _package_relations() -> bytes:
    return _relations(
        [
            ("document", f"{_OFFICE}/officeDocument", "word/document.xml", False),
            (
                "core",
                f"{_PACKAGE}/relationships/metadata/core-properties",
                "docProps/core.xml",
                False,
            ),
        ]
    )


def _document_relations(images: list[tuple[str, str]], links: dict[str, str]) -> bytes:
    own = [(name, f"{_OFFICE}/{name}", f"{name}.xml", False)
           for name in ("styles", "fontTable", "settings")]  # fmt: skip
    feet = [(f"footer{n}", f"{_OFFICE}/footer", f"footer{n}.xml", False) for n in (1, 2)]
    pictures = [
        (relation, f"{_OFFICE}/image", name.removeprefix("word/"), False)
        for name, relation in images
    ]
    outward = [(relation, f"{_OFFICE}/hyperlink", url, True) for url, relation in links.items()]
    return _relations([*own, *feet, *pictures, *outward])


def _relations(listed: Iterable[tuple[str, str, str, bool]]) -> bytes:
    lines = "".join(
        f"<Relationship Id={quoteattr(name)} Type={quoteattr(kind)} Target={quoteattr(target)}"
        f"{_OUTWARD if outward else ''}/>"
        for name, kind, target, outward in listed
    )
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{lines}</Relationships>'.encode()


def _core(title: str, author: str, created: datetime) -> bytes:
    time = created.strftime("%Y-%m-%dT%H:%M:%SZ")
    kind = 'xsi:type="dcterms:W3CDTF"'
    return (
        f'{_XML}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(title)}</dc:title><dc:creator>{escape(author)}</dc:creator>"
        f"<cp:lastModifiedBy>{escape(author)}</cp:lastModifiedBy>"
        f"<dcterms:created {kind}>{time}</dcterms:created>"
        f"<dcterms:modified {kind}>{time}</dcterms:modified>"
        "<dc:language>zh-CN</dc:language></cp:coreProperties>"
    ).encode()


def _package(parts: dict[str, bytes]) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w") as package:
        for name, content in parts.items():
            # The clock stays out of the file, so that the same document has the same digest.
            entry = ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = ZIP_DEFLATED
            entry.create_system = 0
            entry.external_attr = 0o600 << 16
            package.writestr(entry, content)
    return file.getvalue()

"""WordprocessingML, element by element: the few we use, in the order the schema demands."""

from copy import copy

from lxml import etree

from jingkai.documents.text import clean

Element = etree._Element

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
PIC = "http://schemas.openxmlformats.org/drawingml/2006/picture"
NAMESPACES = {"w": W, "r": R, "wp": WP, "a": A, "pic": PIC}

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"

# Word refuses a file whose properties stand in another order than the schema's.
_PARAGRAPH_PROPERTIES = (
    "pStyle keepNext keepLines pageBreakBefore framePr widowControl pBdr shd tabs kinsoku "
    "overflowPunct autoSpaceDE autoSpaceDN "
    "adjustRightInd snapToGrid spacing ind jc textAlignment outlineLvl"
)
_PARAGRAPH_ORDER = _PARAGRAPH_PROPERTIES.split()
_RUN_ORDER = ["rFonts", "snapToGrid", "color", "spacing", "kern", "sz", "szCs", "lang"]


def w(tag: str, *children: Element, **attributes: str | int) -> Element:
    """Return a WordprocessingML element with attributes of the same namespace."""
    element = etree.Element(f"{{{W}}}{tag}", nsmap=NAMESPACES)
    for name, value in attributes.items():
        element.set(f"{{{W}}}{name}", str(value))
    element.extend(children)
    return element


def paragraph_properties(*properties: Element) -> Element:
    """Return pPr with its properties in the order of the schema."""
    return w("pPr", *_in_order(properties, _PARAGRAPH_ORDER))


def run_properties(*properties: Element) -> Element:
    """Return rPr with its properties in the order of the schema."""
    return w("rPr", *_in_order(properties, _RUN_ORDER))


def _in_order(properties: tuple[Element, ...], order: list[str]) -> list[Element]:
    return sorted(properties, key=lambda one: order.index(etree.QName(one).localname))


def paragraph(style: str, *content: Element, properties: tuple[Element, ...] = ()) -> Element:
    """Return a paragraph of a named style."""
    head = paragraph_properties(w("pStyle", val=style), *properties)
    return w("p", head, *content)


def begin_page(first: Element) -> None:
    """Make a paragraph begin a new page."""
    head = first.find(f"{{{W}}}pPr")
    assert head is not None
    head[:] = _in_order((*head, w("pageBreakBefore")), _PARAGRAPH_ORDER)


def keep_with_next(one: Element) -> None:
    """Keep the end of a paragraph on the page of the next one."""
    head = one.find(f"{{{W}}}pPr")
    if head is not None and head.find(f"{{{W}}}keepNext") is None:
        head[:] = _in_order((*head, w("keepNext")), _PARAGRAPH_ORDER)


def text_run(text: str, *properties: Element) -> Element:
    """Return a run of inert text; line feeds break the line, tabs stay tabs."""
    # The hint makes Chinese fonts print “ ” — … · , which Latin fonts would print narrow.
    if not any(etree.QName(one).localname == "rFonts" for one in properties):
        properties = (w("rFonts", hint="eastAsia"), *properties)
    # An element has one parent, so every run takes its own copy.
    run = w("r", run_properties(*(copy(one) for one in properties)))
    piece = ""
    for character in clean(text):
        if character in "\n\t":
            _add_text(run, piece)
            run.append(w("br" if character == "\n" else "tab"))
            piece = ""
        else:
            piece += character
    _add_text(run, piece)
    return run


def _add_text(run: Element, text: str) -> None:
    if text:
        piece = w("t")
        piece.text = text
        piece.set(_SPACE, "preserve")
        run.append(piece)


def fonts(chinese: str, latin: str = "Times New Roman") -> Element:
    """Return the fonts of a run: Chinese text, Latin text and digits."""
    return w("rFonts", hint="eastAsia", ascii=latin, hAnsi=latin, eastAsia=chinese, cs=latin)


def size(points: float) -> tuple[Element, Element]:
    """Return the size of a run."""
    return w("sz", val=round(points * 2)), w("szCs", val=round(points * 2))


def exact_line(twips: int, before: int = 0, after: int = 0) -> Element:
    """Return an exact line pitch."""
    return w("spacing", before=before, after=after, line=twips, lineRule="exact")


def serialise(root: Element) -> bytes:
    """Return the part as a file, always the same bytes for the same element."""
    etree.cleanup_namespaces(root, keep_ns_prefixes=["w", "r"])
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return written

"""The parts of a docx that are the same in every document: styles, fonts, settings."""

from jingkai.documents.layout import (
    BODY,
    CHARACTER,
    FANGSONG,
    FIFTH,
    FOURTH,
    HEITI,
    KAITI,
    LINE,
    SMALL_FOURTH,
    SONGTI,
    STAND_INS,
    TIGHTER,
    TITLE,
    XIAOBIAOSONG,
)
from jingkai.documents.markup import (
    Element,
    exact_line,
    fonts,
    paragraph_properties,
    run_properties,
    serialise,
    size,
    w,
)

HEADING_FONTS = {1: HEITI, 2: KAITI, 3: FANGSONG, 4: FANGSONG}
_TABLE_LINE = 400


def first_line_indent() -> Element:
    """Return the indent of two 汉字, in characters and, for old readers, in twips."""
    return w("ind", firstLineChars=200, firstLine=2 * CHARACTER)


def styles() -> bytes:
    """Return styles.xml."""
    listed = [
        _style(
            "Normal",
            "Normal",
            w("widowControl", val=0),  # a single line may stand alone: 22 lines on every page
            w("kinsoku"),
            w("overflowPunct"),
            w("autoSpaceDE", val=0),
            w("autoSpaceDN", val=0),
            w("snapToGrid", val=0),
            exact_line(LINE),
            w("jc", val="both"),
            font=FANGSONG,
            points=BODY,
            default=True,
        ),
        _style("BodyText", "Body Text", first_line_indent()),
        _style("Recipient", "主送机关"),
        _style("Title", "Title", _centred(), w("keepNext"), font=XIAOBIAOSONG, points=TITLE),
        _style("Subtitle", "Subtitle", _centred(), font=KAITI),
        *(
            _style(
                f"Heading{level}",
                f"heading {level}",
                w("keepNext"),
                first_line_indent(),
                w("outlineLvl", val=level - 1),
                font=font,
            )
            for level, font in HEADING_FONTS.items()
        ),
        _style("RedHead", "发文机关标志", _centred(), font=XIAOBIAOSONG),
        _style("Number", "发文字号", _centred()),
        _style("Attachment", "附件说明", w("jc", val="left")),
        _style("AttachmentMark", "附件序号", w("jc", val="left"), w("keepNext"), font=HEITI),
        _style("Signature", "Signature", w("jc", val="right")),
        _style("Imprint", "版记", points=FOURTH),
        _style("Caption", "caption", w("keepNext"), _centred(), font=HEITI, points=SMALL_FOURTH),
        _style("PictureLine", "图片", w("keepNext"), _single(), _centred()),
        _style(
            "TableHead",
            "表头",
            *_cell(),
            _centred(),
            w("keepNext"),
            font=HEITI,
            points=SMALL_FOURTH,
        ),
        _style("TableText", "表格文字", *_cell(), points=SMALL_FOURTH),
        _style("Source", "资料来源", w("jc", val="left"), points=FIFTH),
        _style("Footer", "footer", exact_line(280), font=SONGTI, points=FOURTH),
    ]
    defaults = w(
        "docDefaults",
        w(
            "rPrDefault",
            run_properties(
                fonts(FANGSONG),
                w("kern", val=0),
                *size(BODY),
                # Readers that take the Latin runs for Chinese would break 11.6% inside the number.
                w("lang", val="en-US", eastAsia="zh-CN", bidi="ar-SA"),
            ),
        ),
        w("pPrDefault", w("pPr")),
    )
    table = w(
        "style", w("name", val="Normal Table"), type="table", default=1, styleId="TableNormal"
    )
    return serialise(w("styles", defaults, *listed, table))


def font_table() -> bytes:
    """Return fontTable.xml: the fonts of the standard and what may stand in for each."""
    listed = [
        w(
            "font",
            w("altName", val=",".join(stand_ins)),
            w("charset", val="86"),
            w("family", val="swiss" if name == HEITI else "roman"),
            w("pitch", val="variable"),
            name=name,
        )
        for name, stand_ins in STAND_INS.items()
    ]
    latin = w(
        "font",
        w("altName", val="Liberation Serif,TeX Gyre Termes"),
        w("charset", val="00"),
        w("family", val="roman"),
        w("pitch", val="variable"),
        name="Times New Roman",
    )
    return serialise(w("fonts", *listed, latin))


def settings() -> bytes:
    """Return settings.xml: odd and even footers, no macros, no fields to update."""
    compatible = [
        w("compatSetting", name=name, uri="http://schemas.microsoft.com/office/word", val=value)
        for name, value in (
            ("compatibilityMode", 15),
            ("overrideTableStyleFontSizeAndJustification", 1),
            ("enableOpenTypeFeatures", 1),
            ("doNotFlipMirrorIndents", 1),
        )
    ]
    return serialise(
        w(
            "settings",
            w("zoom", percent=100),
            w("bordersDoNotSurroundHeader"),
            w("bordersDoNotSurroundFooter"),
            w("evenAndOddHeaders"),
            w("drawingGridVerticalSpacing", val=LINE // 2),
            w("characterSpacingControl", val="compressPunctuation"),
            w("compat", w("spaceForUL"), w("useFELayout"), *compatible),
            w("themeFontLang", val="en-US", eastAsia="zh-CN"),
        )
    )


def _style(
    style_id: str,
    name: str,
    *properties: Element,
    font: str = "",
    points: float = 0,
    default: bool = False,
) -> Element:
    style = w("style", w("name", val=name), type="paragraph", styleId=style_id)
    if default:
        style.set(f"{{{style.nsmap['w']}}}default", "1")
    else:
        style.append(w("basedOn", val="Normal"))
    if not name.isascii():
        style.set(f"{{{style.nsmap['w']}}}customStyle", "1")
    style.append(w("qFormat"))
    style.append(paragraph_properties(*properties))
    look: tuple[Element, ...] = ((fonts(font),) if font else ()) + (size(points) if points else ())
    if points:
        look += (w("spacing", val=TIGHTER if points == BODY else 0),)
    if default:
        # Readers disagree on how a 16 pt character stands in the grid, so the spacing is given
        # outright; the grid is declared for whoever types on in the document.
        look += (w("snapToGrid", val=0),)
    style.append(run_properties(*look))
    return style


def _single() -> Element:
    return w("spacing", before=120, after=60, line=240, lineRule="auto")


def _cell() -> tuple[Element, ...]:
    return (exact_line(_TABLE_LINE),)


def _centred() -> Element:
    return w("jc", val="center")

"""What stands around the body: red head, title, recipient, signature, imprint, page number."""

from jingkai.documents.layout import (
    CHARACTER,
    MILLIMETRE,
    RED,
    TEXT_WIDTH,
)
from jingkai.documents.markup import Element, exact_line, paragraph, size, text_run, w
from jingkai.documents.model import Attachment, BadDocument, Imprint, Kind, OfficialDocument
from jingkai.documents.text import chinese_date, one_line, width
from jingkai.documents.title import balanced_lines

_FROM_TOP = round(35 * MILLIMETRE)  # 发文机关标志 stands 35 mm below the top of the text area
_LARGEST_HEAD = 48.0
_SMALL_CHARACTER = 280  # one 汉字 of 4号
_THICK, _THIN = 20, 14  # 0.35 mm and 0.25 mm


class IncompleteLetter(BadDocument):
    """A letter lacks a part without which it cannot go out."""


def check_letter(document: OfficialDocument) -> None:
    """Refuse a letter without red head, number, recipient, signature or date."""
    if document.kind != Kind.LETTER:
        return
    parts = {
        "发文机关标志": document.red_head,
        "发文字号": document.number,
        "主送机关": document.recipient,
        "署名": document.signature,
    }
    missing = [name for name, text in parts.items() if not one_line(text)]
    if document.signed_on is None:
        missing.append("成文日期")
    if missing:
        raise IncompleteLetter(f"公函“{one_line(document.title)}”缺{'、'.join(missing)}，请补齐。")


def opening(document: OfficialDocument) -> list[Element]:
    """Return everything above the body."""
    written: list[Element] = []
    head, number = one_line(document.red_head), one_line(document.number)
    if head:
        written += [_red_head(head), _blank(), _blank(), _red_line(number), _blank(), _blank()]
    elif number:
        written += [paragraph("Number", text_run(number)), _blank()]
    written.append(paragraph("Title", text_run("\n".join(balanced_lines(document.title)))))
    lines = [line for line in map(one_line, document.lines) if line]
    written += [paragraph("Subtitle", text_run(line)) for line in lines]
    written.append(_blank())
    if recipient := one_line(document.recipient):
        written.append(paragraph("Recipient", text_run(recipient.rstrip("：:") + "：")))
    return written


def attachment_list(attachments: tuple[Attachment, ...]) -> list[Element]:
    """Return 附件：1.… below the body."""
    if not attachments:
        return []
    written = [_blank()]
    alone = len(attachments) == 1
    # Names that run on stand under the first 汉字 of the name.
    left = round((5 if alone else 5.75) * CHARACTER)
    for place, attachment in enumerate(attachments, start=1):
        mark = "附件：" if place == 1 else ""
        text = mark + ("" if alone else f"{place}.") + _attachment_name(attachment)
        hanging = left - (2 if place == 1 else 5) * CHARACTER
        indent = w("ind", left=left, hanging=hanging)
        written.append(paragraph("Attachment", text_run(text), properties=(indent,)))
    return written


def attachment_title(attachment: Attachment, mark: str) -> list[Element]:
    """Return the first lines of an attachment's own pages."""
    title = "\n".join(balanced_lines(_attachment_name(attachment)))
    return [
        paragraph("AttachmentMark", text_run(mark), properties=(w("pageBreakBefore"),)),
        _blank(),
        paragraph("Title", text_run(title)),
        _blank(),
    ]


def signature(document: OfficialDocument) -> list[Element]:
    """Return 署名 centred over the date, with room for the seal."""
    name = one_line(document.signature)
    day = chinese_date(document.signed_on) if document.signed_on else ""
    if not name and not day:
        return []
    date_right = 4.0
    name_right = date_right + (width(day) - width(name)) / 2 if day else 2.0
    if name_right < 0:
        date_right, name_right = date_right - name_right, 0.0
    written = [_blank(), _blank()]
    for text, right in ((name, name_right), (day, date_right)):
        if text:
            indent = w("ind", rightChars=round(right * 100), right=round(right * CHARACTER))
            written.append(paragraph("Signature", text_run(text), properties=(indent,)))
    return written


def imprint(imprint: Imprint) -> list[Element]:
    """Return 版记 as a frame that stands at the foot of the last page."""
    copies = "，".join(one_line(name) for name in imprint.copies if one_line(name))
    printer = one_line(imprint.printed_by)
    day = f"{chinese_date(imprint.printed_on)}印发" if imprint.printed_on else ""
    texts: list[tuple[str, tuple[Element, ...]]] = []
    if copies:
        hanging = w("ind", left=4 * _SMALL_CHARACTER, hanging=3 * _SMALL_CHARACTER,
                    right=_SMALL_CHARACTER)  # fmt: skip
        texts.append((f"抄送：{copies}。", (hanging,)))
    if printer or day:
        stop = w("tabs", w("tab", val="right", pos=TEXT_WIDTH - _SMALL_CHARACTER))
        texts.append(
            (f"{printer}\t{day}" if day else printer, (stop, w("ind", left=_SMALL_CHARACTER)))
        )
    written: list[Element] = []
    for place, (text, shape) in enumerate(texts):
        written.append(_rule(_THIN if place else _THICK))
        written.append(paragraph("Imprint", text_run(text), properties=(_foot_frame(), *shape)))
    return [*written, _rule(_THICK), _anchor()] if written else []


def _foot_frame() -> Element:
    """Return a frame (图文框) at the foot of the page; a table would not float in every reader."""
    return w("framePr", w=TEXT_WIDTH, wrap="around", vAnchor="margin", hAnchor="margin",
             xAlign="left", yAlign="bottom")  # fmt: skip


def _rule(thick: int) -> Element:
    # A border would keep some readers from floating the frame, a shaded paragraph does not.
    shade = w("shd", val="clear", color="auto", fill="000000")
    return paragraph("Imprint", properties=(_foot_frame(), shade, exact_line(thick)))


def footer(*, odd: bool) -> Element:
    """Return the page number, one 汉字 from the outer edge: — 1 —."""
    side = "right" if odd else "left"
    indent = w("ind", **{f"{side}Chars": 100, side: _SMALL_CHARACTER})
    number = w("fldSimple", text_run("1"), instr=" PAGE ")
    return w(
        "ftr",
        paragraph(
            "Footer",
            text_run("— "),
            number,
            text_run(" —"),
            properties=(w("jc", val=side), indent),
        ),
    )


def _red_head(text: str) -> Element:
    points = min(_LARGEST_HEAD, TEXT_WIDTH / 20 / max(width(text), 1) * 0.98)
    points = int(points * 2) / 2
    if points < 18:
        raise BadDocument(f"发文机关标志“{text}”太长，印不成一行，请用规范化简称。")
    line = round(points * 1.3) * 20
    return paragraph(
        "RedHead",
        text_run(text, w("color", val=RED), *size(points)),
        properties=(exact_line(line, before=_FROM_TOP),),
    )


def _red_line(number: str) -> Element:
    # The line stands 4 mm below the number; Word counts the distance in points.
    line = w("bottom", val="single", sz=18, space=11, color=RED)
    return paragraph("Number", text_run(number), properties=(w("pBdr", line),))


def _attachment_name(attachment: Attachment) -> str:
    name = one_line(attachment.name).rstrip("。；，;")
    if not name:
        raise BadDocument("有一个附件没有名称，请填写名称。")
    return name


def _blank() -> Element:
    return paragraph("Normal")


def _anchor() -> Element:
    """A frame hangs on the paragraph after it, which should take no room itself."""
    return paragraph("Normal", properties=(exact_line(20),))

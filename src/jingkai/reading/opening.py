"""Open a report file: text out of txt, md, html, docx and pdf, or a plain word why not."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from jingkai.kernel.words import Words
from jingkai.reading.pdffile import text_of_pdf
from jingkai.reading.refusal import CannotRead
from jingkai.reading.webpage import text_of_page
from jingkai.reading.wordfile import text_of_word

__all__ = ["LIMIT", "CannotRead", "Opening", "open_document", "open_report"]

LIMIT = 20 * 1024 * 1024
_NO_ENCODING = Words("认不出文字编码。请用记事本打开后另存为 UTF-8，或粘贴正文。")


@dataclass(frozen=True)
class Opening:
    """The text of a file, and what of the file could not be read."""

    text: str
    warnings: tuple[str, ...] = ()


def open_report(data: bytes, name: str) -> str:
    """Return the text of a report file."""
    return open_document(data, name).text


def open_document(data: bytes, name: str) -> Opening:
    """Return the text of a report file with a word about every part that has no text."""
    if not data.strip():
        raise CannotRead(Words("文件是空的。请选择有正文的报告，或直接粘贴文字。"))
    if len(data) > LIMIT:
        raise CannotRead(
            Words(
                "文件有 %(size)s MB，超过 20 MB 的上限。请去掉图片后另存，或把正文粘贴进来。",
                size=f"{len(data) / 1024 / 1024:.0f}",
            )
        )
    ending = name.rpartition(".")[2].lower()
    if ending in ("doc", "wps", "rtf"):
        raise CannotRead(
            Words(
                "“.%(ending)s”是旧格式。请用 Word/WPS 打开后另存为 docx，或粘贴正文。",
                ending=ending,
            )
        )
    if ending not in _OPENERS:
        raise CannotRead(
            Words(
                "不认识“.%(ending)s”文件。"
                "请另存为 txt、md、docx、html 或带文字层的 pdf，或粘贴正文。",
                ending=ending,
            )
        )
    opened = _OPENERS[ending](data)
    if not opened.text.strip():
        raise CannotRead(Words("文件里没有文字。请换一个有正文的文件，或直接粘贴文字。"))
    return opened


def _decode(data: bytes) -> str:
    """Decode by mark, then strict UTF-8, then GB18030; UTF-16 only with its mark or NULs."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _try(data, "utf-16")
    if b"\x00" in data[:200]:
        little = data[1::2][:100].count(0) > data[0::2][:100].count(0)
        return _try(data, "utf-16-le" if little else "utf-16-be")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _is_garbled(text):
            raise CannotRead(_NO_ENCODING)
        return text
    raise CannotRead(_NO_ENCODING)


def _is_garbled(text: str) -> bool:
    """Tell text of another encoding (Big5, say) by characters that no Chinese text uses."""
    odd = len(re.findall(r"[\ue000-\uf8ff\ufffd\x01-\x08\x0e-\x1f]", text))
    return odd > 2 and 200 * odd > len(text)


def _try(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise CannotRead(_NO_ENCODING) from None
    if "\x00" in text:
        raise CannotRead(Words("这不是文本文件。请另存为 txt 或 docx，或粘贴正文。"))
    return text


def _open_text(data: bytes) -> Opening:
    if data[:4] in (b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0") or data[:2] == b"MZ":
        raise CannotRead(Words("文件内容不是文本，和扩展名不符。请按原来的格式上传，或粘贴正文。"))
    return Opening(_decode(data))


# Marks of Markdown that stand for looks and not for words, at the beginning of a line and in it.
_MARKDOWN = re.compile(
    r"^[ \t]*(?:#{1,6}[ \t]+|>[ \t]?|[*+-][ \t]+(?=\S))|^[ \t]*(?:[-*_][ \t]*){3,}$"
    r"|^[ \t]*\|?[ \t]*:?-{3,}.*$|^```.*$|\*\*|__|`",
    re.MULTILINE,
)


def _open_markdown(data: bytes) -> Opening:
    text = _MARKDOWN.sub("", _open_text(data).text)
    text = re.sub(r"!?\[([^\]\n]*)\]\([^)\n]*\)", r"\1", text)
    return Opening(re.sub(r"(?m)^[ \t]*\|(.*)\|[ \t]*$", _as_cells, text))


def _as_cells(row: re.Match[str]) -> str:
    return "\t".join(cell.strip() for cell in row[1].split("|"))


def _open_html(data: bytes) -> Opening:
    return Opening(text_of_page(_decode(data)))


def _open_docx(data: bytes) -> Opening:
    return Opening(text_of_word(data))


def _open_pdf(data: bytes) -> Opening:
    text, empty = text_of_pdf(data)
    if not empty:
        return Opening(text)
    pages = "、".join(map(str, empty[:20])) + (" 等" if len(empty) > 20 else "")
    return Opening(text, (f"第 {pages} 页没有文字层（图片），没有读。请核对这几页有没有任务。",))


_OPENERS: dict[str, Callable[[bytes], Opening]] = {
    "txt": _open_text,
    "md": _open_markdown,
    "htm": _open_html,
    "html": _open_html,
    "docx": _open_docx,
    "pdf": _open_pdf,
}

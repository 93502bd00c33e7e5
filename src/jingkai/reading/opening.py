"""Open a report file: text out of txt, html, docx and pdf, or a plain word why not."""

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

from jingkai.kernel.archives import is_archive, is_hostile_archive

__all__ = ["LIMIT", "CannotRead", "open_report"]

LIMIT = 20 * 1024 * 1024
_FURNITURE = re.compile(
    r"^\s*(?:下载|打印|字号.*|阅读次数.*|归档时间.*|已归档|【.*|分享.*|关闭窗口|来源:.*)\s*$"
)


class CannotRead(ValueError):
    """A file that is no readable report; the message says why and what to do."""


def open_report(data: bytes, name: str) -> str:
    """Return the text of a report file."""
    if not data.strip():
        raise CannotRead("文件是空的。请选择有正文的报告，或直接粘贴文字。")
    if len(data) > LIMIT:
        raise CannotRead(
            f"文件有 {len(data) / 1024 / 1024:.0f} MB,超过 20 MB 的上限。"
            "请去掉图片后另存，或把正文粘贴进来。"
        )
    ending = name.rpartition(".")[2].lower()
    if ending not in _OPENERS:
        raise CannotRead(
            f"不认识“.{ending}”文件。请另存为 txt、docx、html 或带文字层的 pdf,或粘贴正文。"
        )
    text = _OPENERS[ending](data)
    if not text.strip():
        raise CannotRead("文件里没有文字。请换一个有正文的文件，或直接粘贴文字。")
    return text


def _decode(data: bytes) -> str:
    """Decode by mark, then strict UTF-8, then GB18030; UTF-16 only with its mark or NULs."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="strict")
    if b"\x00" in data[:200]:
        little = data[1::2][:100].count(0) > data[0::2][:100].count(0)
        return _try(data, "utf-16-le" if little else "utf-16-be")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise CannotRead("认不出文字编码。请用记事本打开后另存为 UTF-8,或粘贴正文。")


def _try(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise CannotRead("认不出文字编码。请用记事本打开后另存为 UTF-8,或粘贴正文。") from None
    if "\x00" in text:
        raise CannotRead("这不是文本文件。请另存为 txt 或 docx,或粘贴正文。")
    return text


def _open_text(data: bytes) -> str:
    if data[:4] in (b"PK\x03\x04", b"%PDF") or data[:2] == b"MZ":
        raise CannotRead("文件内容不是文本，和扩展名不符。请按原来的格式上传，或粘贴正文。")
    return _decode(data)


def _open_html(data: bytes) -> str:
    from lxml import etree, html

    try:
        page: Any = html.document_fromstring(_decode(data))
    except (etree.ParserError, ValueError):
        raise CannotRead("网页里没有正文。请复制正文粘贴进来。") from None
    for noise in page.xpath("//script|//style|//nav|//noscript|//form|//button|//head"):
        noise.drop_tree()
    for block in page.xpath("//p|//div|//br|//li|//tr|//h1|//h2|//h3|//h4|//section|//article"):
        block.tail = "\n" + (block.tail or "")
        block.text = "\n" + (block.text or "") if block.tag != "br" else block.text
    lines = [line.strip() for line in str(page.text_content()).splitlines()]
    return "\n".join(line for line in lines if line and not _FURNITURE.match(line))


def _open_docx(data: bytes) -> str:
    from lxml import etree

    _check_archive(data)
    word = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            tree = etree.fromstring(archive.read("word/document.xml"), parser)
    except (KeyError, zipfile.BadZipFile, etree.XMLSyntaxError):
        raise CannotRead(_NO_DOCX) from None
    lines = []
    for paragraph in tree.iter(f"{word}p"):
        if any(True for _ in paragraph.iterancestors(f"{word}p")):
            continue
        lines += ["".join(run.text or "" for run in paragraph.iter(f"{word}t"))]
    return "\n".join(lines)


_NO_DOCX = "这不是 Word 的 docx 文件，或文件已损坏。请用 Word/WPS 打开后另存为 docx。"


def _check_archive(data: bytes) -> None:
    if not is_archive(data):
        raise CannotRead(_NO_DOCX)
    if is_hostile_archive(data):
        raise CannotRead("这个 docx 解压后异常大，已拒绝。请只保留正文另存后再试。")


def _open_pdf(data: bytes) -> str:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
        pages = [page.get_textpage().get_text_range() for page in document]
    except pypdfium2.PdfiumError:
        raise CannotRead("pdf 打不开（损坏或加密）。请另存为不加密的 pdf,或粘贴正文。") from None
    text = "\n".join(pages).replace("\r", "")
    if len(text.strip()) < 20:
        raise CannotRead("这个 pdf 没有文字层（多为扫描件）。请先用文字识别转成 docx,或粘贴正文。")
    return _heal(text)


# A line that ends within a sentence, before one that begins no heading.
_BROKEN = re.compile(
    r"(?<=[^。;!:\uff1b\uff01\uff1a\n])\n"
    r"(?![\s一二三四五六七八九十(\uff08\d]{1,3}[、)\uff09.])(?=\S)"
)


def _heal(text: str) -> str:
    """Join lines that a page broke inside a sentence."""
    return _BROKEN.sub("", text)


_OPENERS: dict[str, Callable[[bytes], str]] = {
    "txt": _open_text,
    "md": _open_text,
    "htm": _open_html,
    "html": _open_html,
    "docx": _open_docx,
    "pdf": _open_pdf,
}

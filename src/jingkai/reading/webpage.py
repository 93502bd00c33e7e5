"""Text out of a saved web page: the article, without the page around it."""

import re
from collections.abc import Iterator
from typing import Any

from jingkai.kernel.words import Words
from jingkai.reading.refusal import CannotRead

__all__ = ["text_of_page"]

_NEVER_SHOWN = frozenset(
    "head script style noscript template nav footer aside form button select option textarea"
    " iframe object svg canvas audio video".split()
)
_BLOCKS = frozenset(
    "address article blockquote body center dd div dl dt fieldset figure figcaption h1 h2 h3 h4 h5"
    " h6 header hr li main ol p pre section table tbody tfoot thead tr ul caption".split()
)
_CELLS = frozenset(("td", "th"))
# What sites call the parts of a page that are not the article.
_AROUND = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|menu|crumbs?|breadcrumbs?|footer|foot|share|toolbar|tools?|sidebar"
    r"|copyright|print|qrcode|related|pager|pagination|login|search)(?:$|[\s_-])",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# One word of the page around the text; a line of nothing else is left out.
_WORD = (
    r"下载|打印|打印本页|关闭|关闭窗口|收藏|分享|分享到|返回顶部|返回|首页|字号|字体|大|中|小"
    r"|特大|默认|繁体|简体|无障碍|已归档|微信|微博|扫一扫|朗读|上一篇|下一篇|更多|登录|注册|English"
)
_WORDS = re.compile(
    rf"(?:[\s|｜·/>»\[\]【】()（）:：-]*(?:{_WORD}))+[\s|｜·/>»\[\]【】()（）:：-]*"
)
_LABELLED = re.compile(
    r"\s*(?:阅读(?:次数|量|数)?|浏览(?:次数|量|数)?|访问(?:次数|量)?|点击(?:次数|数|量)|归档时间"
    r"|发布(?:时间|日期)|更新时间|成文日期|索\s*引\s*号|信息来源|来源|作者|责任编辑|编辑|审核|初审|终审"
    r"|字体|字号|当前位置|您(?:当前|现在)?的位置|您所在的位置|上一篇|下一篇|上一条|下一条|分享到|扫一扫"
    r"|版权所有|主办(?:单位)?|承办(?:单位)?|技术支持|网站标识码|网站地图|联系我们)\s*(?:[：:]|在手机|$).{0,80}"
)
_FOOT = re.compile(
    r".{0,40}(?:ICP备|公网安备|网站标识码|All Rights Reserved).{0,60}", re.IGNORECASE
)


def text_of_page(source: str) -> str:
    """Return the lines that a reader of the page would call its text."""
    from lxml import etree, html

    # A declared encoding is of the bytes; these are characters already.
    source = re.sub(r"^\s*<\?xml[^>]*\?>", "", source)
    try:
        page: Any = html.document_fromstring(source)
    except (etree.ParserError, ValueError):
        raise CannotRead(Words("网页里没有正文。请复制正文粘贴进来。")) from None
    for part in list(page.iter()):
        if part.getparent() is not None and _is_around(part):
            part.drop_tree()
    lines = (_one_line(line) for line in "".join(_pieces(page)).split("\n"))
    return "\n".join(line for line in lines if line.strip() and not _is_furniture(line))


def _is_around(part: Any) -> bool:
    """Tell whether an element is no part of the article."""
    if not isinstance(part.tag, str) or part.tag in _NEVER_SHOWN:
        return True
    if part.tag in ("html", "body", "main", "article"):
        return False
    if part.get("hidden") is not None or part.get("aria-hidden") == "true":
        return True
    if _HIDDEN.search(part.get("style") or ""):
        return True
    named = f"{part.get('class') or ''} {part.get('id') or ''}"
    if _AROUND.search(named) and len(part.text_content()) < 400:
        return True
    return part.tag in ("ul", "ol", "table", "div", "p") and _is_of_links(part)


def _is_of_links(part: Any) -> bool:
    """Tell whether several links are nearly all that a block says."""
    links = part.findall(".//a")
    if len(links) < 3:
        return False
    said = len(re.sub(r"\s", "", part.text_content()))
    linked = sum(len(re.sub(r"\s", "", link.text_content())) for link in links)
    return said > 0 and linked > 0.8 * said


def _pieces(part: Any) -> Iterator[str]:
    """Yield the text of an element; a block begins and ends a line, a cell ends with a tab."""
    tag = part.tag
    if tag == "br":
        yield "\n"
        return
    if tag in _BLOCKS:
        yield "\n"
    yield _flowing(part.text, is_kept=tag == "pre")
    for child in part:
        yield from _pieces(child) if tag != "tr" else _cell(child)
        yield _flowing(child.tail, is_kept=tag == "pre")
    if tag in _BLOCKS:
        yield "\n"


def _cell(cell: Any) -> Iterator[str]:
    """Yield a table cell: on the line of its row unless it holds lines of its own."""
    said = "".join(_pieces(cell)).strip("\n")
    yield f"\n{said}\n" if "\n" in said else f"{said}\t"


def _flowing(text: str | None, *, is_kept: bool) -> str:
    """Return text as a browser flows it: a line end of the source is no line end of the page."""
    if not text or is_kept:
        return text or ""
    text = re.sub(
        r"(?<=[\u3000-\u9fff\uff00-\uffef])\s*\n\s*(?=[\u3000-\u9fff\uff00-\uffef\d])", "", text
    )
    text = re.sub(r"(?<=\d)\s*\n\s*(?=[\u3000-\u9fff\uff00-\uffef])", "", text)
    return re.sub(r"[ \t\r\n\f]+", " ", text)


def _one_line(line: str) -> str:
    return line.strip(" \t\r\u00a0\u200b\ufeff")


def _is_furniture(line: str) -> bool:
    bare = line.strip("\u3000 \t")
    if _FOOT.fullmatch(bare):
        return True
    # A line may string several labels together: 来源：本站 发布时间：2021-01-04 阅读次数：12
    if _LABELLED.fullmatch(bare) and len(bare) < 90 and "。" not in bare:
        return True
    return _WORDS.fullmatch(bare) is not None

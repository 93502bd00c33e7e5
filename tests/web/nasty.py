"""Tables as offices send them: every one with what must become of it. Made here, from one seed.

An answer is "in" (rows come in, and the words stand on the page beside them), "ask" (the difference
page names the cell and the fix, nothing can be confirmed), "none" (nothing comes in and the page
says so) or "no" (refused at the door).
"""

import io
import random
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import xlsxwriter

HEADS = ["项目编号", "项目名称", "投资主体", "类别", "总投资（亿元）", "500强投资", "责任单位"]
GOOD = ["N-1", "乙厂", "乙方（虚构）", "产业", "2.5", "否"]
MARK = "\ufeff"


@dataclass(frozen=True)
class Nasty:
    """One file: its name, what is in it, what must become of it, the words that must be said."""

    name: str
    data: bytes
    answer: str
    words: tuple[str, ...]


@cache
def corpus(lead: str) -> dict[str, Nasty]:
    """Return every file by what is nasty about it."""
    told = dict(_containers(lead))
    for part in (_markup, _sheets, _numbers, _days_and_codes, _encodings, _injections):
        told |= dict(part(lead))
    return told


Items = Iterator[tuple[str, Nasty]]


def book(*rows: list, heads: list | None = None, prepare: Callable | None = None) -> bytes:
    """Return a workbook; `prepare` may do more to its book and sheet."""
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_numbers": False})
    sheet = workbook.add_worksheet()
    for place, row in enumerate([heads or HEADS, *rows]):
        for column, cell in enumerate(row):
            sheet.write(place, column, cell)
    if prepare:
        prepare(workbook, sheet)
    workbook.close()
    return out.getvalue()


def row(lead: str, **other: object) -> list:
    """Return a good row with some cells made bad."""
    keys = ("code", "name", "investor", "kind", "investment", "top500")
    return [*(dict(zip(keys, GOOD, strict=True)) | other).values(), lead]


def text(lead: str, *, tail: str = "", **other: object) -> str:
    """Return a table as text."""
    rows = [HEADS, row(lead, **other)]
    return "\n".join(",".join(map(str, one)) for one in rows) + "\n" + tail


def _containers(lead: str) -> Items:
    whole = book(row(lead))
    for share in (5, 25, 50, 75, 95):
        cut = whole[: len(whole) * share // 100]
        yield f"cut at {share} %", Nasty("表.xlsx", cut, "no", ("另存为",))
    yield "empty", Nasty("表.xlsx", b"", "no", ("空",))
    yield "a program", Nasty("表.xlsx", b"MZ" + random.Random(7).randbytes(4000), "no", ("xlsx",))
    yield "noise", Nasty("表.csv", random.Random(8).randbytes(4000), "no", ("编码",))
    yield (
        "old xls renamed",
        Nasty("表.xlsx", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2000), "no", ("xlsx",)),
    )
    yield "a picture", Nasty("表.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(200), "no", ("xlsx",))
    yield "a pdf", Nasty("表.pdf", b"%PDF-1.4\n%%EOF", "no", ("xlsx",))
    yield "a docx renamed", Nasty("表.xlsx", _zip({"word/document.xml": b"<w/>"}), "no", ("xlsx",))
    yield "a zip of a zip", Nasty("表.xlsx", _zip({"a.xlsx": whole}), "no", ("xlsx",))
    yield (
        "ten thousand members",
        Nasty("表.xlsx", _zip({f"{n}.xml": b"" for n in range(10_000)}), "no", ("xlsx",)),
    )
    yield "a bomb", Nasty("表.xlsx", _zip({"xl/workbook.xml": bytes(60_000_000)}), "no", ("xlsx",))
    yield "a path out", Nasty("表.xlsx", _zip({"../../etc/x": b"x"}), "no", ("xlsx",))
    yield "a lying size", Nasty("表.xlsx", _lie(whole), "no", ("xlsx",))
    yield "no content", Nasty("表.csv", b"\n\n\n", "no", ("文件是空的",))
    yield "head only", Nasty("表.xlsx", book(), "none", ("没有要改的",))
    yield "another template", Nasty("表.csv", "甲,乙\n1,2\n".encode(), "ask", ("项目编号",))


def _markup(lead: str) -> Items:
    entity = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">%s]><x>&z;</x>'
    laughs = b"".join(
        b'<!ENTITY %c "%s">' % (97 + n, b"&%c;" % (96 + n) * 10) for n in range(1, 26)
    )
    outside = b'<!DOCTYPE x [<!ENTITY z SYSTEM "file:///etc/passwd">]><x>&z;</x>'
    for name, xml in {
        "billion laughs": entity % laughs,
        "an entity from outside": outside,
        "zero bytes": bytes(500),
        "half a tag": b"<sheetData><row><c><v>1",
    }.items():
        data = _swap(book(row(lead)), "xl/worksheets/sheet1.xml", xml)
        # An entity from outside is not fetched: the sheet is empty without it.
        words = "没有内容" if name == "an entity from outside" else "另存为"
        yield name, Nasty("表.xlsx", data, "no", (words,))


def _sheets(lead: str) -> Items:
    good = row(lead)

    def far(_book, sheet):
        sheet.write_string(200_000, 6, "x")

    def hide(_book, sheet):
        sheet.set_row(1, None, None, {"hidden": True})

    def more(workbook, _sheet):
        for _ in range(19):
            workbook.add_worksheet()

    def formula(_book, sheet):
        sheet.write_formula(1, 4, "=1+1", None, 999)

    yield (
        "a cell far down",
        Nasty("表.xlsx", book(good, prepare=far), "no", ("表太大",)),
    )
    yield "a hidden row", Nasty("表.xlsx", book(good, prepare=hide), "in", ("隐藏",))
    yield "twenty sheets", Nasty("表.xlsx", book(good, prepare=more), "in", ("只读第一张",))
    yield "a formula", Nasty("表.xlsx", book(good, prepare=formula), "in", ("公式",))
    turned = [*reversed(good)]
    yield (
        "columns in another order",
        Nasty("表.xlsx", book(turned, heads=[*reversed(HEADS)]), "in", ()),
    )
    yield (
        "a title above the head",
        Nasty("表.xlsx", book(HEADS, good, heads=["2021年项目清单"]), "in", ()),
    )
    yield "the same code twice", Nasty("表.xlsx", book(good, good), "ask", ("重复",))
    yield (
        "a total below",
        Nasty("表.xlsx", book(good, ["合计", "", "", "", 2.5, "", ""]), "ask", ("项目名称",)),
    )
    yield (
        "a footnote below",
        Nasty("表.xlsx", book(good, ["注：以上为初步统计"]), "ask", ("B3", "缺项目名称")),
    )
    yield (
        "blank rows between",
        Nasty("表.xlsx", book(good, [], [], row(lead, code="N-2")), "in", ()),
    )
    yield "many blank rows", Nasty("表.xlsx", book(*[[]] * 5000, good), "in", ())


def _numbers(lead: str) -> Items:
    def one(value: object, answer: str, *words: str) -> Nasty:
        return Nasty("表.csv", text(lead, investment=value).encode(), answer, words)

    yield "scientific", one("1e308", "ask", "E2")
    yield "beyond", one("1e400", "ask", "E2")
    yield "no number", one("NaN", "ask", "E2", "不是数")
    yield "endless", one("Inf", "ask", "E2", "不是数")
    yield "below zero", one("-3", "ask", "E2", "小于最小值")
    yield "too much", one("99999999", "ask", "E2", "大于最大值")
    yield "another unit", one("25000万元", "ask", "E2", "改成 2.5")
    yield "about", one("约3", "ask", "E2", "不是数")
    yield "in words", one("三亿", "ask", "E2", "不是数")
    yield "full width", one("２．５", "in")
    yield "its own unit", one("2.5亿元", "in")
    yield "quoted thousands", one('"1,234.5"', "in", "1234.5")
    yield "seventeen digits", one("2.1234567890123456", "ask", "E2", "15 位")
    yield "a share", one("5%", "ask", "E2")
    yield "unknown", one("未报", "ask", "E2", "请补上")
    yield "an error of a formula", one("#DIV/0!", "ask", "E2")


def _days_and_codes(lead: str) -> Items:
    number = ["430701001", *GOOD[1:], lead]
    number[0] = 430701001
    yield "a code typed as a number", Nasty("表.xlsx", book(number), "ask", ("A2", "文本格式"))
    yield "no code", Nasty("表.csv", text(lead, code="").encode(), "ask", ("A2", "请补上"))
    yield "no name", Nasty("表.csv", text(lead, name="").encode(), "ask", ("B2", "请补上"))
    yield (
        "a very long name",
        Nasty("表.csv", text(lead, name="厂" * 300).encode(), "ask", ("B2", "写短")),
    )
    yield (
        "a control character",
        Nasty("表.csv", text(lead, name="乙\x07厂").encode(), "ask", ("B2", "控制字符")),
    )
    yield (
        "a kind nobody knows",
        Nasty("表.csv", text(lead, kind="农业").encode(), "ask", ("D2", "产业")),
    )
    yield (
        "neither yes nor no",
        Nasty("表.csv", text(lead, top500="大概").encode(), "ask", ("F2", "是 或 否")),
    )
    yield "a department nobody knows", Nasty("表.csv", text("不存在的局").encode(), "ask", ("G2",))
    yield (
        "a department with one letter wrong",
        Nasty("表.csv", text(lead[:-1] + "句").encode(), "ask", ("G2", lead)),
    )


def _encodings(lead: str) -> Items:
    plain = text(lead)
    for name in ("gbk", "gb18030", "utf-8-sig", "utf-16"):
        yield f"in {name}", Nasty("表.csv", plain.encode(name), "in", ("乙厂",))
    yield (
        "a rare character",
        Nasty("表.csv", text(lead, name="㐀厂").encode("gb18030"), "in", ("㐀厂",)),
    )
    yield "mixed ends of lines", Nasty("表.csv", plain.replace("\n", "\r\n", 1).encode(), "in", ())
    yield (
        "one bad byte",
        Nasty("表.csv", plain.encode()[:-8] + b"\xff" + plain.encode()[-8:], "no", ("编码",)),
    )
    yield "tabs", Nasty("表.tsv", plain.replace(",", "\t").encode(), "in", ())
    yield "an open quote", Nasty("表.csv", (plain + '"').encode(), "in", ())


def _injections(lead: str) -> Items:
    for name in (
        *("=cmd|'/C calc'!A0", "+1+1", "-1+1", "@SUM(1)", "<script>alert(1)</script>"),
        *("{{ 7*7 }}", "{% debug %}", "'; DROP TABLE org_person; --", "*)(uid=*"),
        *("../../etc/passwd", "javascript:alert(1)", "__class__", "%s%n%x"),
    ):
        yield f"inert: {name}", Nasty("表.xlsx", book(row(lead, name=name)), "in", ())


def _zip(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return out.getvalue()


def _swap(workbook: bytes, member: str, data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(workbook)) as file:
        members = {name: file.read(name) for name in file.namelist()}
    return _zip(members | {member: data})


def _lie(workbook: bytes) -> bytes:
    """Tell in every header that the members are tiny."""
    data = bytearray(workbook)
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = data.find(mark)
        while place >= 0:
            struct.pack_into("<I", data, place + offset, 1)
            place = data.find(mark, place + 4)
    return bytes(data)

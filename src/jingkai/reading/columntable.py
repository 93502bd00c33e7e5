"""Large tables as columns: a sheet read straight into Arrow, in a child that may die of it."""

import importlib
import io
import json
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook

from jingkai.kernel.archives import is_archive, is_hostile_archive
from jingkai.kernel.words import Words, words_of
from jingkai.reading.children import ChildEnded, TookTooLong, read_in_child
from jingkai.reading.tables import MARK, SIZE, CannotReadTable, open_table

__all__ = ["ColumnTable", "open_columns", "open_columns_safely"]

# A return of a large zone is long and narrow; beyond this it is somebody's database.
ROWS, COLUMNS = 250_000, 60
SHOWN = 200


@dataclass
class ColumnTable:
    """A sheet as columns of text, first row first; nulls are empty cells."""

    sheet: str
    columns: list[pa.Array]
    formulas: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    hidden_rows: int = 0
    notes: list[Words] = field(default_factory=list)
    mark: str = ""

    @property
    def height(self) -> int:
        """Return how many rows the sheet has."""
        return len(self.columns[0]) if self.columns else 0

    def row(self, number: int) -> list[str]:
        """Return one row as texts."""
        return [(column[number].as_py() or "").strip() for column in self.columns]


def open_columns(data: bytes, name: str) -> ColumnTable:
    """Return the first sheet of a file; call it in a child when the file is a stranger's."""
    if not data.strip():
        raise CannotReadTable(Words("文件是空的。请用下载的模板填写后再上传。"))
    if len(data) > SIZE:
        raise CannotReadTable(Words("文件超过 20 MB。请分几次上传。"))
    if not data.startswith(b"PK"):
        return _from_rows(data, name)
    if not is_archive(data) or is_hostile_archive(data):
        raise CannotReadTable(
            Words("工作簿损坏，或压缩得不正常。请用 Excel 或 WPS 另存为 xlsx 再上传。")
        )
    import fastexcel

    try:
        reader = fastexcel.read_excel(data)
        names = [one for one in reader.sheet_names if not one.startswith("_")]
        table = ColumnTable(names[0], [])
        if MARK in reader.sheet_names:
            rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(MARK)
            told = rows.to_python()
            table.mark = str(told[0][0]) if told and told[0] else ""
        member = f"xl/worksheets/sheet{reader.sheet_names.index(names[0]) + 1}.xml"
        _check_dimension(data, member)
        with ThreadPoolExecutor(1) as beside:
            looking = beside.submit(_look_inside, data, member, table)
            sheet = reader.load_sheet(names[0], header_row=None, skip_rows=0, dtypes="string")
            looking.result()
        if sheet.total_height > ROWS or sheet.width > COLUMNS:
            raise CannotReadTable(
                Words(
                    "表太大：最多 %(rows)s 行、%(columns)s 列。请删去远处的空格式或多余的行列。",
                    rows=ROWS,
                    columns=COLUMNS,
                )
            )
        table.columns = [
            one if one.type == pa.string() else one.cast(pa.string())
            for one in sheet.to_arrow().columns
        ]
    except (fastexcel.FastExcelError, CalamineError, IndexError, OverflowError):
        raise CannotReadTable(
            Words("工作簿打不开（损坏或加密）。请另存为不加密的 xlsx。")
        ) from None
    if not table.height:
        raise CannotReadTable(Words("表里没有内容。请用下载的模板填写后再上传。"))
    if len(names) > 1:
        table.notes.append(
            Words(
                "工作簿有 %(count)s 张表，只读第一张“%(name)s”。", count=len(names), name=names[0]
            )
        )
    if table.hidden_rows:
        table.notes.append(Words("有 %(count)s 行是隐藏的，也会读入。", count=table.hidden_rows))
    return table


def _from_rows(data: bytes, name: str) -> ColumnTable:
    """Return an old workbook, a csv or pasted cells as columns."""
    table = open_table(data, name)
    width = max(map(len, table.rows))
    columns: list[list[str | None]] = [[] for _ in range(width)]
    for row in table.rows:
        for place, column in enumerate(columns):
            column.append((row[place].text or None) if place < len(row) else None)
    arrays = [pa.array(column, pa.string()) for column in columns]
    return ColumnTable(name, arrays, table.formulas, [], 0, table.notes, table.mark)


_TAG = re.compile(rb"<(?:c|row)\b[^>]*>(?:<f\b)?")
_PLACE = re.compile(rb'\br="([A-Z]+\d+)"')


def _check_dimension(data: bytes, member: str) -> None:
    """Refuse a sheet that claims to be huge before anybody makes room for it."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if member not in archive.namelist():
            return
        with archive.open(member) as stream:
            head = stream.read(2000)
    found = re.search(rb'<dimension ref="[A-Z]+\d+:([A-Z]+)(\d+)"', head)
    if found and (int(found[2]) > ROWS * 2 or len(found[1]) > 2):
        raise CannotReadTable(
            Words(
                "表太大：最多 %(rows)s 行、%(columns)s 列。请删去远处的空格式或多余的行列。",
                rows=ROWS,
                columns=COLUMNS,
            )
        )


def _look_inside(data: bytes, member: str, table: ColumnTable) -> None:
    """Note formulas, errors and hidden rows, which the values alone do not show."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if member not in archive.namelist():
            return
        with archive.open(member) as stream:
            rest = b""
            while block := stream.read(1 << 20):
                rest = _scan(rest + block, table)
            _scan(rest + b"<", table)


def _scan(text: bytes, table: ColumnTable) -> bytes:
    """Look at the whole tags of a piece of a sheet; return what the next piece begins with."""
    end = text.rfind(b"<c ")
    end = max(end, text.rfind(b"<row ")) if text[-1:] != b"<" else len(text)
    piece = text[:end]
    has_errors, has_formulas = b't="e"' in piece, b"<f" in piece
    if b' hidden="1"' in piece or b' hidden="true"' in piece:
        table.hidden_rows += len(re.findall(rb"<row\b[^>]* hidden=\"(?:1|true)\"", piece))
    if has_errors or has_formulas:
        for tag in _TAG.finditer(piece):
            where = _PLACE.search(tag[0])
            if where is None or tag[0].startswith(b"<row"):
                continue
            if tag[0].endswith(b"<f") and len(table.formulas) < SHOWN:
                table.formulas.append(where[1].decode())
            if b't="e"' in tag[0] and len(table.errors) < SHOWN:
                table.errors.append(where[1].decode())
    return text[end:]


def open_columns_safely(
    data: bytes, name: str, *, megabytes: int = 2048, seconds: int = 60
) -> ColumnTable:
    """Open a sheet in a child with a limit of memory and time."""
    if len(data) > SIZE or not data.strip():
        open_columns(data, name)
    try:
        code, answer = read_in_child(__name__, data, name, megabytes=megabytes, seconds=seconds)
    except TookTooLong:
        raise CannotReadTable(Words("读得太久，已停止；什么都没有写入。请分几次上传。")) from None
    except ChildEnded:
        what = Words("读这个文件要的内存或时间超出上限，已停止。请另存为 xlsx 再上传。")
        raise CannotReadTable(what) from None
    if code:
        raise CannotReadTable(Words.of(json.loads(answer[:])))
    # The columns stay in the child's answer: nothing is copied.
    with pa.ipc.open_stream(pa.py_buffer(answer)) as stream:
        told: dict[str, Any] = json.loads((stream.schema.metadata or {})[b"sheet"])
        columns = stream.read_next_batch().columns
    told["notes"] = [Words.of(one) for one in told["notes"]]
    return ColumnTable(columns=columns, **told)


def load() -> None:
    """Load what reading takes, before the first sheet is there."""
    importlib.import_module("fastexcel")


def write_answer(data: bytes, name: str, out: BinaryIO) -> int:
    """Read a sheet and write its columns as an Arrow stream, or why they cannot be read."""
    try:
        table = open_columns(data, name)
    except CannotReadTable as refusal:
        out.write(json.dumps(words_of(refusal).plain()).encode())
        return 1
    told = {key: value for key, value in vars(table).items() if key != "columns"}
    told["notes"] = [one.plain() for one in table.notes]
    schema = pa.schema(
        [(f"c{place}", pa.string()) for place in range(len(table.columns))],
        metadata={"sheet": json.dumps(told)},
    )
    with pa.ipc.new_stream(out, schema) as stream:
        stream.write_batch(pa.record_batch(table.columns, schema=schema))
    return 0

"""Official documents from plain data: docx in the layout of GB/T 9704, workbooks of tables."""

from jingkai.documents.composition import EmptyText, HeadingJump, UnsafeLink
from jingkai.documents.fonts import fontconfig
from jingkai.documents.formsheets import FormCell, FormColumn, write_form_sheet
from jingkai.documents.letterhead import IncompleteLetter
from jingkai.documents.model import (
    Attachment,
    BadDocument,
    Block,
    Cell,
    Column,
    Figure,
    Heading,
    Imprint,
    Kind,
    OfficialDocument,
    PageBreak,
    Paragraph,
    Picture,
    Run,
    Table,
)
from jingkai.documents.official import write_docx
from jingkai.documents.pictures import UnsupportedPicture
from jingkai.documents.remarks import Remark, RemarksRefused, remark_docx, remarked_text
from jingkai.documents.rosters import (
    CannotReadSheet,
    TemplateColumn,
    cell_address,
    read_rows,
    write_template,
)
from jingkai.documents.sheets import TooLargeForSheet, write_xlsx
from jingkai.documents.tables import NoColumns, RowWidth, UnknownCell
from jingkai.documents.text import TimeWithoutZone, clean
from jingkai.documents.title import EmptyTitle, TitleTooLong, balanced_lines

__all__ = [
    "Attachment",
    "BadDocument",
    "Block",
    "CannotReadSheet",
    "Cell",
    "Column",
    "EmptyText",
    "EmptyTitle",
    "Figure",
    "FormCell",
    "FormColumn",
    "Heading",
    "HeadingJump",
    "Imprint",
    "IncompleteLetter",
    "Kind",
    "NoColumns",
    "OfficialDocument",
    "PageBreak",
    "Paragraph",
    "Picture",
    "Remark",
    "RemarksRefused",
    "RowWidth",
    "Run",
    "Table",
    "TemplateColumn",
    "TimeWithoutZone",
    "TitleTooLong",
    "TooLargeForSheet",
    "UnknownCell",
    "UnsafeLink",
    "UnsupportedPicture",
    "balanced_lines",
    "cell_address",
    "clean",
    "fontconfig",
    "read_rows",
    "remark_docx",
    "remarked_text",
    "write_docx",
    "write_form_sheet",
    "write_template",
    "write_xlsx",
]

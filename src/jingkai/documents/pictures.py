"""Pictures: what kind they are and how large they want to be printed."""

import struct
from dataclasses import dataclass
from pathlib import Path

from jingkai.documents.model import BadDocument, Picture

PRINT_DPI = 300
_EMU_PER_INCH = 914_400


class UnsupportedPicture(BadDocument):
    """The picture is missing, broken or of a kind that cannot be printed."""


@dataclass(frozen=True)
class Image:
    """A picture's bytes with what the page needs to know of them."""

    content: bytes
    extension: str
    width: int
    height: int
    dpi: int

    def fitted(self, most_width: int, most_height: int) -> tuple[int, int]:
        """Return width and height in EMU, in proportion, at most those given."""
        wide = self.width * _EMU_PER_INCH / self.dpi
        high = self.height * _EMU_PER_INCH / self.dpi
        scale = min(1.0, most_width / wide, most_height / high)
        return max(1, round(wide * scale)), max(1, round(high * scale))


def open_picture(picture: Picture) -> Image:
    """Read a PNG or JPEG picture, refusing anything else by its caption."""
    name = picture.caption or picture.alt or "未命名"
    if isinstance(picture.content, Path):
        try:
            content = picture.content.read_bytes()
        except OSError as error:
            raise UnsupportedPicture(f"图片“{name}”的文件读不到：{picture.content}。") from error
    else:
        content = picture.content
    try:
        if content.startswith(b"\x89PNG\r\n\x1a\n"):
            image = _read_png(content)
        elif content.startswith(b"\xff\xd8\xff"):
            image = _read_jpeg(content)
        else:
            raise UnsupportedPicture(f"图片“{name}”不是PNG或JPEG，请转换格式后再插入。")
    except (struct.error, IndexError) as error:
        raise UnsupportedPicture(f"图片“{name}”的文件不完整，请重新导出。") from error
    if image.width < 1 or image.height < 1:
        raise UnsupportedPicture(f"图片“{name}”没有尺寸，请重新导出。")
    return image


def _read_png(content: bytes) -> Image:
    wide, high = struct.unpack(">II", content[16:24])
    dpi, place = PRINT_DPI, 8
    while place + 8 <= len(content):
        size, kind = struct.unpack(">I4s", content[place : place + 8])
        if kind == b"pHYs":
            per_unit, _, unit = struct.unpack(">IIB", content[place + 8 : place + 17])
            if unit == 1 and per_unit:
                dpi = max(1, round(per_unit * 0.0254))
        if kind == b"IDAT":
            return Image(content, "png", wide, high, dpi)
        place += size + 12
    raise IndexError("no image data")


def _read_jpeg(content: bytes) -> Image:
    dpi, place = PRINT_DPI, 2
    while content[place] == 0xFF:
        marker = content[place + 1]
        (size,) = struct.unpack(">H", content[place + 2 : place + 4])
        if marker == 0xE0 and content[place + 4 : place + 9] == b"JFIF\0":
            unit, across = struct.unpack(">BH", content[place + 11 : place + 14])
            if unit in (1, 2) and across:
                dpi = across if unit == 1 else round(across * 2.54)
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            high, wide = struct.unpack(">HH", content[place + 5 : place + 9])
            return Image(content, "jpeg", wide, high, dpi)
        place += size + 2
    raise IndexError("no frame")

"""A docx as PDF, printed by LibreOffice in a process of its own that cannot outlive its time."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from jingkai.documents.fonts import fontconfig
from jingkai.kernel.words import Words

__all__ = ["NoPrinter", "PrintFailed", "print_pdf", "print_pdfs"]

_LIMIT = 60  # seconds: the first start makes a profile, a long report takes some ten
_EACH = 10  # seconds more for each further document of a batch


class NoPrinter(RuntimeError):
    """LibreOffice is not installed; the message says how to install it."""


class PrintFailed(RuntimeError):
    """LibreOffice was started and gave no PDF; the message says why and what to do."""


def print_pdf(docx: bytes, *, limit: float = _LIMIT) -> bytes:
    """Return a docx as PDF, with the named stand-ins for fonts that are not installed."""
    (printed,) = print_pdfs([docx], limit=limit)
    return printed


def print_pdfs(documents: Sequence[bytes], *, limit: float = _LIMIT) -> list[bytes]:
    """Return several docx as PDF from one start of the program; each adds to its time."""
    soffice = shutil.which("soffice")
    if soffice is None:
        raise NoPrinter(
            Words(
                "这台服务器没有安装 LibreOffice，不能直接生成 PDF。请管理员安装："
                "Debian、Ubuntu 用 apt-get install libreoffice-writer-nogui fonts-noto-cjk；"
                "装好以后不用重启。也可以先下载 docx，用 Word 或 WPS 另存为 PDF。"
            )
        )
    # Two conversions never share a profile: the second would wait for, or break, the first.
    with tempfile.TemporaryDirectory(prefix="print-") as name:
        place = Path(name)
        pages = [place / f"page{number or ''}.docx" for number in range(len(documents))]
        for page, docx in zip(pages, documents, strict=True):
            page.write_bytes(docx)
        (place / "fonts.conf").write_text(fontconfig(), encoding="utf-8")
        command = [
            soffice,
            f"-env:UserInstallation={(place / 'profile').as_uri()}",
            *("--headless", "--norestore", "--nologo", "--convert-to", "pdf"),
            *("--outdir", str(place), *map(str, pages)),
        ]
        said = _run(command, place, limit + _EACH * (len(documents) - 1))
        printed = [page.with_suffix(".pdf") for page in pages]
        if not all(one.exists() for one in printed):
            raise PrintFailed(
                Words(
                    "LibreOffice 没有生成 PDF（%(said)s）；请先下载 docx。",
                    said=said or Words("没有说明"),
                )
            )
        return [one.read_bytes() for one in printed]


def _run(command: list[str], place: Path, limit: float) -> str:
    """Run a command with its children in a group of their own; none of them is left behind."""
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(place),
        "LANG": "C.UTF-8",
        "FONTCONFIG_FILE": str(place / "fonts.conf"),
    }
    process = subprocess.Popen(
        command,
        cwd=place,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        _, said = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        raise PrintFailed(
            Words(
                "生成 PDF 超过 %(limit)s 秒，已经停止；请先下载 docx，或稍后再试。",
                limit=f"{limit:g}",
            )
        ) from None
    finally:
        # soffice is a script that starts the real program: the whole group goes, or none.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stderr:
            process.stderr.close()
    return said.decode(errors="replace").strip()[-200:]

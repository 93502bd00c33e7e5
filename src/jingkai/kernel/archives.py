"""Zip archives that claim more than they are: refused before anything is unpacked."""

import io
import zipfile

__all__ = ["is_archive", "is_hostile_archive"]

MEMBERS, UNPACKED, RATIO = 2000, 200 * 1024 * 1024, 100


def is_archive(data: bytes) -> bool:
    """Tell whether the bytes are a zip archive with an index that can be read."""
    try:
        zipfile.ZipFile(io.BytesIO(data)).infolist()
    except zipfile.BadZipFile:
        return False
    return True


def is_hostile_archive(data: bytes) -> bool:
    """Tell whether an archive has too many members, or unpacks to too much for its size."""
    members = zipfile.ZipFile(io.BytesIO(data)).infolist()
    unpacked = sum(member.file_size for member in members)
    packed = max(1, sum(member.compress_size for member in members))
    return len(members) > MEMBERS or unpacked > UNPACKED or unpacked / packed > RATIO

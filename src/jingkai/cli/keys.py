"""Put a new key in the place of an old one, without a moment in which nothing opens."""

import os
from pathlib import Path
from secrets import token_urlsafe

from django.conf import settings
from django.utils import timezone

from jingkai.org.services import reseal_phones

__all__ = ["KeysElsewhere", "rotate_field_key"]


class KeysElsewhere(ValueError):
    """Keys that this command does not keep."""


def rotate_field_key() -> tuple[int, Path]:
    """Seal everything with a new field.key; return how much that was, and where the old key is.

    Both keys are in the file until all is sealed anew: broken off at any point, it is run again.
    """
    if os.environ.get("JINGKAI_FIELD_KEYS"):
        raise KeysElsewhere(
            "密钥由环境变量 JINGKAI_FIELD_KEYS 给出：请把新密钥写在最前、旧的跟在后面（空格分开），"
            "运行 jingkai keys reseal，再去掉旧的。"
        )
    path = settings.DATA / "field.key"
    old = path.read_text().split()
    new = token_urlsafe(50)
    kept = path.with_name(f"field.key.{timezone.localtime():%Y%m%d-%H%M%S}")
    _write(kept, old)
    _write(path, [new, *old])
    settings.FIELD_KEYS = (new, *old)
    count = reseal_phones()
    _write(path, [new])
    settings.FIELD_KEYS = (new,)
    return count, kept


def _write(path: Path, keys: list[str]) -> None:
    """Write a key file whole or not at all, for its owner only."""
    part = path.with_name(f".{path.name}.part")
    part.touch(mode=0o600)
    part.write_text("\n".join(keys) + "\n")
    os.replace(part, path)

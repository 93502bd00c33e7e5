"""Seal what the database keeps of a phone: who holds the database alone cannot sign in with it.

The keys are settings of their own (FIELD_KEYS): the first seals, each of them opens, so that one
can be put in the place of another.
"""

import hashlib
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BadText

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

__all__ = ["CannotOpen", "is_sealed", "is_sealed_by_first", "open_sealed", "seal"]

_MARK = "s1"
_NONCE = 12


class CannotOpen(ValueError):
    """A sealed text that no key of this house opens."""


def seal(plain: bytes, *, about: str) -> str:
    """Return a secret sealed with the first key, so that it opens only for what it is about."""
    key = _derive(settings.FIELD_KEYS[0])
    nonce = os.urandom(_NONCE)
    body = nonce + AESGCM(key).encrypt(nonce, plain, about.encode())
    return f"{_MARK}:{_name(key)}:{urlsafe_b64encode(body).decode()}"


def open_sealed(text: str, *, about: str) -> bytes:
    """Return the secret of a sealed text; refuse one that was changed or moved elsewhere."""
    mark, _, rest = text.partition(":")
    name, _, body = rest.partition(":")
    for key in map(_derive, settings.FIELD_KEYS):
        if mark == _MARK and _name(key) == name:
            try:
                raw = urlsafe_b64decode(body)
                return AESGCM(key).decrypt(raw[:_NONCE], raw[_NONCE:], about.encode())
            except (InvalidTag, BadText, ValueError):
                break
    raise CannotOpen("存着的二次验证密钥打不开：field.key 换过或内容被改过。请恢复原来的密钥文件。")


def is_sealed(text: str) -> bool:
    """Tell whether a text was sealed."""
    return text.startswith(f"{_MARK}:")


def is_sealed_by_first(text: str) -> bool:
    """Tell whether a text is sealed with the key that seals now."""
    return text.startswith(f"{_MARK}:{_name(_derive(settings.FIELD_KEYS[0]))}:")


def _derive(secret: str) -> bytes:
    told = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"jingkai second factor")
    return told.derive(secret.encode())


def _name(key: bytes) -> str:
    return hashlib.sha256(b"name|" + key).hexdigest()[:6]

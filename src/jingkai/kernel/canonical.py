"""Plain data as canonical JSON: one text for one value, so that a digest covers it."""

import json
from collections.abc import Callable
from json import encoder
from typing import Any

__all__ = ["plain_text", "sorted_text"]


def _encoder(*, sort_keys: bool) -> Callable[[Any], str]:
    """Return what `JSONEncoder.encode` does, made ready once and not with every call."""
    slow = json.JSONEncoder(ensure_ascii=False, sort_keys=sort_keys, separators=(",", ":"))
    made = getattr(encoder, "c_make_encoder", None)
    if made is None:
        return slow.encode
    parts = made(
        None, slow.default, encoder.encode_basestring, None, ":", ",", sort_keys, False, True
    )
    return lambda value: "".join(parts(value, 0))


plain_text = _encoder(sort_keys=False)
sorted_text = _encoder(sort_keys=True)

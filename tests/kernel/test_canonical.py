"""Canonical text is JSON as the standard encoder writes it: old digests still hold."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingkai.kernel.canonical import plain_text, sorted_text

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(PLAIN)
def test_the_text_is_the_standard_encoders(value):
    said = {"ensure_ascii": False, "separators": (",", ":")}
    assert plain_text(value) == json.dumps(value, **said)
    assert sorted_text(value) == json.dumps(value, sort_keys=True, **said)


def test_what_is_not_plain_is_refused():
    with pytest.raises(TypeError, match="not JSON serializable"):
        plain_text([object()])

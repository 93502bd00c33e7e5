"""One spelling for full-width and half-width signs, one for one, so that offsets stay."""

__all__ = ["normalise"]

# Full-width digits, letters and punctuation stand 0xFEE0 above their ASCII twins.
_TWINS = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_TWINS |= {0x3000: 0x20, 0x00A0: 0x20, 0x2014: 0x2D, 0xFF0E: 0x2E}


def normalise(text: str) -> str:
    """Return the text in one spelling, exactly as long as it was."""
    return text.translate(_TWINS)

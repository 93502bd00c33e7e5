"""The 18-character code of an organisation (统一社会信用代码, GB 32100-2015) and its two checks."""

import re

from jingkai.kernel.words import Words

__all__ = ["check_character", "find_doubt", "find_fault", "organisation_check", "tidy"]

# No I, O, S, V, Z: they look like 1, 0, 5, U, 2.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_FORM = re.compile(f"[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{10}}")
_WEIGHTS = [pow(3, place, 31) for place in range(17)]
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def tidy(text: str) -> str:
    """Return a code as it is kept: capitals, no blanks, full-width characters made narrow."""
    narrow = "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in text)
    return re.sub(r"[\s\-]", "", narrow).upper()


def check_character(body: str) -> str:
    """Return the 18th character for the first 17."""
    total = sum(ALPHABET.index(c) * weight for c, weight in zip(body, _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def organisation_check(body: str) -> str:
    """Return the check character of an 8-character organisation code (GB 11714)."""
    pairs = zip(body, _ORGANISATION_WEIGHTS, strict=True)
    rest = -sum(int(c, 36) * weight for c, weight in pairs) % 11
    return "X" if rest == 10 else str(rest)


def find_fault(code: str) -> Words | None:
    """Return why a text cannot be a credit code at all, or None when it can."""
    if re.fullmatch(r"\d(\.\d+)?E\+?\d+", code):
        return Words(
            "“%(code)s”是被表格软件变成数字的代码，末几位已经丢失；请按文本格式重新填写。",
            code=code,
        )
    if len(code) != 18:
        return Words(
            "统一社会信用代码应为18位，“%(code)s”是%(count)s位。", code=code, count=len(code)
        )
    if strange := sorted(set(code[:2] + code[8:]) - set(ALPHABET)):
        return Words(
            "“%(code)s”里有代码不用的字符 %(strange)s(不用 I、O、S、V、Z);请对照营业执照。",
            code=code,
            strange=" ".join(strange),
        )
    if not _FORM.fullmatch(code):
        return Words("“%(code)s”第3到8位应是6位行政区划数字；请对照营业执照。", code=code)
    return None


def find_doubt(code: str) -> Words | None:
    """Return why a well-formed code may be mistyped; old codes in real use fail this too."""
    expected = check_character(code[:17])
    if code[17] != expected:
        return Words(
            "“%(code)s”的校验位应是 %(expected)s，现在是 %(found)s；请核对，确认无误可照录。",
            code=code,
            expected=expected,
            found=code[17],
        )
    return None

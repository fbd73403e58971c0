"""Single values as other desks write them: numbers, money, yes and no, choices, and how one is masked."""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from decimal import Decimal, InvalidOperation

_YES = frozenset({"true", "yes", "y", "1", "on", "t"})
_NO = frozenset({"false", "no", "n", "0", "off", "f"})
_MONEY_SIGNS = re.compile(
    r"^(?:[A-Z]{3}|[^\w\s.,+-])?\s*([+-]?[\d.,'\s\u00a0\u202f]*\d)\s*(?:[A-Z]{3}|[^\w\s.,+-]|kr\.?)?$"
)
_SPACES = str.maketrans("", "", " '\u00a0\u202f\u2019")


def read_number(text: str, decimal_sign: str = ".") -> Decimal | None:
    """A finite number with thousands parted by the other sign, a blank or an apostrophe. None when it is none.

    ``decimal_sign`` is ``.`` (1,234.56) or ``,`` (1.234,56). A currency before or behind is allowed.
    """
    shape = _MONEY_SIGNS.fullmatch(text)
    if shape is None:
        return None
    digits = shape.group(1).translate(_SPACES)
    other = "," if decimal_sign == "." else "."
    whole, sign, rest = digits.partition(decimal_sign)
    if other in rest or decimal_sign in rest or not _groups_fit(whole, other):
        return None
    try:
        return Decimal(whole.replace(other, "") + ("." + rest if sign else ""))
    except InvalidOperation:
        return None


def _groups_fit(whole: str, sign: str) -> bool:
    groups = whole.lstrip("+-").split(sign)
    return len(groups) == 1 or (0 < len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:]))


def read_whole(text: str) -> int | None:
    """A whole number of at most 18 digits; ``5.0`` counts as 5. None when it is none."""
    number = read_number(text)
    if number is None or number != number.to_integral_value() or abs(number) >= 10**18:
        return None
    return int(number)


def read_yes_no(text: str) -> bool | None:
    """Yes or no as forms spell it; None when it is neither."""
    word = text.casefold()
    return True if word in _YES else False if word in _NO else None


def choice_key(label: str) -> str:
    """The permanent key made of a label: ``"Category 26"`` → ``"category_26"``. Never empty."""
    plain = unicodedata.normalize("NFKD", label)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()
    key = re.sub(r"[^\w]+", "_", plain).strip("_")
    return key[:60] or "value_" + hashlib.sha256(label.encode("utf-8", "replace")).hexdigest()[:8]


def masked(text: str, salt: bytes) -> str:
    """The same word for the same value under the same salt, from which the value cannot be told.

    Capitals and outer blanks make no difference, so that one person keeps one mask across files.
    """
    plain = unicodedata.normalize("NFC", text).strip().casefold()
    return "masked-" + hmac.new(salt, plain.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:16]

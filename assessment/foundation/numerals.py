"""Numbers that people write: what keeps one from being read, so that the sentence says what to do about it."""

from __future__ import annotations

import unicodedata

from assessment.foundation.exact import MOST_DIGITS, parse_decimal
from assessment.foundation.i18n import N_, Sentence, say

MANY_DIGITS = N_("“{text}” has more than {most} digits; round it.")
UNSEEN = N_("“{text}” holds a character that cannot be seen ({code}); type it again.")
WIDE = N_("“{text}” is not written in the ordinary digits and signs; write {plain}.")
NO_NUMBER = N_("“{text}” is not a decimal number; write one such as 96.4.")

# Full-width signs, the typographer's minus and the Chinese full stop, as typed with an input method left on.
_ORDINARY: dict[int, str | int] = {**{wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}, 0x2212: "-", 0x3002: "."}


def unseen_in(text: str) -> Sentence | None:
    """That a text holds a character that nobody sees, such as a zero-width space."""
    found = next((sign for sign in text if unicodedata.category(sign) == "Cf"), None)
    return None if found is None else say(UNSEEN, text=text[:60], code=f"U+{ord(found):04X}")


def no_number(text: str, otherwise: str = NO_NUMBER) -> Sentence:
    """Why `parse_decimal` refuses a text; a sentence of the caller's where nothing better is known."""
    if unseen := unseen_in(text):
        return unseen
    plain = text.translate(_ORDINARY)
    try:
        parse_decimal(plain)
    except ValueError as fault:
        is_long = str(fault).endswith("digits")
        return say(MANY_DIGITS, text=_cut(text), most=MOST_DIGITS) if is_long else say(otherwise, text=_cut(text))
    return say(WIDE, text=_cut(text), plain=plain)


def _cut(text: str) -> str:
    return text if len(text) <= 60 else text[:60] + "…"

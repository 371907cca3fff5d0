"""What the examples' people typed, in English: they write Chinese, as their like do, and some readers know none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from markupsafe import escape

from assessment.demo.stage import FILES
from assessment.foundation.tables import read_table

NUMBER = "{n}"
_HAN = re.compile(r"[\u3400-\u9fff]")
_FORMS = re.compile(r"(<textarea\b.*?</textarea>|<input\b[^>]*>|<script\b.*?</script>)", re.DOTALL)


@dataclass(frozen=True)
class Reading:
    """All texts as one expression over HTML, and what each is in English, by its form (numbers apart)."""

    texts: re.Pattern[str]
    english: dict[str, str]

    def of(self, page: str) -> str:
        """The page with every whole text read out in English; forms keep what was typed, or saving would change it."""
        parts = _FORMS.split(page)
        parts[::2] = [self.texts.sub(self._one, part) for part in parts[::2]]
        return "".join(parts)

    def _one(self, found: re.Match[str]) -> str:
        whole, (start, end), text = found.string, found.span("text"), found["text"]
        if _HAN.match(whole[max(start - 1, 0) : start]) or _HAN.match(whole[end : end + 1]):
            return found[0]  # a part of something longer
        numbers = iter(re.findall(r"\d+", text))
        english = self.english.get(text) or self.english[re.sub(r"\d+", NUMBER, text)]
        said = re.sub(re.escape(NUMBER), lambda _: next(numbers), english)
        return f"<span>{said}" if found["mark"] else said


@cache
def reading() -> Reading:
    rows = [(row.text("zh"), row.text("en")) for row in read_table((FILES / "typed.csv"), "typed.csv").rows]
    english = {str(escape(zh)): str(escape(en)) for zh, en in rows}
    longest_first = sorted(english, key=len, reverse=True)
    texts = "|".join(re.escape(zh).replace(re.escape(NUMBER), r"\d+") for zh in longest_first)
    return Reading(re.compile(rf'(?P<mark><span lang="zh-Hans">)?(?P<text>{texts})'), english)

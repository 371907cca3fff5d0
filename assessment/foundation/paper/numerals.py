"""Chinese numerals for headings."""

DIGITS = "〇一二三四五六七八九"


def chinese_number(number: int) -> str:
    """1 to 99: 一, 十, 十二, 二十一."""
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    return ("" if not tens else "十" if tens == 1 else DIGITS[tens] + "十") + (DIGITS[ones] if ones else "")

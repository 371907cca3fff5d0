"""Words below the faces: a sentence is said in the reader's language, its facts as that language writes them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from assessment.foundation.i18n import Bilingual, day_text, local_day, moment_text, number_text, said, say


def test_a_sentence_keeps_its_facts_apart() -> None:
    sentence = say("{unit} is due on {day}.", unit=Bilingual("四平市", "Siping"), day=date(2012, 11, 4))
    assert sentence.in_language("en") == "Siping is due on 4 Nov 2012."
    assert "四平市" in sentence.in_language("zh")
    assert "2012年11月4日" in sentence.in_language("zh")


def test_a_day_begins_at_midnight_here_and_not_in_greenwich() -> None:
    assert local_day(datetime(2012, 11, 12, 16, 0, tzinfo=UTC)) == date(2012, 11, 13)
    assert local_day(datetime(2012, 11, 12, 15, 59, tzinfo=UTC)) == date(2012, 11, 12)


def test_an_empty_sentence_stands_against_nothing() -> None:
    assert not say("")
    assert say("No.")


@pytest.mark.parametrize(
    ("fact", "en", "zh"),
    [
        (date(2012, 1, 9), "9 Jan 2012", "2012年1月9日"),
        (datetime(2012, 11, 20, 6, 2, tzinfo=UTC), "20 Nov 2012, 14:02", "2012年11月20日 14:02"),
        (Decimal("-4.18"), "−4.18", "−4.18"),
        (66974, "66974", "66974"),
        ([1, 2], "1, 2", "1、2"),
    ],
)
def test_facts_are_written_as_the_language_writes_them(fact: object, en: str, zh: str) -> None:
    assert (said(fact, "en"), said(fact, "zh")) == (en, zh)


def test_numbers_are_grouped_and_days_have_no_leading_zeros() -> None:
    assert number_text(66974) == "66,974"
    assert day_text(date(2012, 2, 3), "en") == "3 Feb 2012"
    assert moment_text(datetime(2012, 2, 3, 16, 0, tzinfo=UTC), "en") == "4 Feb 2012, 00:00"

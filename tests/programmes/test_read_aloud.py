"""A scheme read aloud: every rule, change and cap is a sentence in both languages."""

import random
from pathlib import Path

import pytest

from assessment.foundation.i18n import said as spoken
from assessment.programmes import sentences
from assessment.programmes.rule_sentences import rule
from assessment.programmes.rules.loading import load_scheme
from support import invented

FILES = Path(__file__).parents[2] / "assessment/demo/files"
HEBEI = load_scheme((FILES / "hebei-2018.scheme.yaml").read_text("utf-8"))


@pytest.mark.parametrize("seed", range(12))
def test_every_rule_is_a_sentence_of_its_own_in_both_languages(seed: int) -> None:
    scheme = load_scheme(invented.as_text(invented.a_scheme(random.Random(seed), 8)))
    for sentence in [*(rule(item, scheme) for item in scheme.items), *sentences.changes(scheme)]:
        english, chinese = spoken(sentence, "en"), spoken(sentence, "zh")
        assert english == str(sentence)
        assert chinese != english
        assert "{" not in english + chinese


def test_each_rule_says_something_else() -> None:
    said: dict[str, str] = {}
    for seed in range(60):
        scheme = load_scheme(invented.as_text(invented.a_scheme(random.Random(seed), 8)))
        said |= {type(item).__name__: rule(item, scheme).message for item in scheme.items}
    assert len(set(said.values())) == len(said) == len(invented.RULES)


def test_improvement_is_read_aloud() -> None:
    assert [str(sentence) for sentence in sentences.changes(HEBEI)] == [
        "Improvement of the index: how much better Composite air quality index is than a year before, in percent.",
        "Improvement of PM2.5: how much better PM2.5 is than a year before, in percent.",
    ]
    assert spoken(next(sentences.changes(HEBEI)), "zh") == (
        "综合指数同比改善率：空气质量综合指数比上年同期改善的程度，按百分比计算。")

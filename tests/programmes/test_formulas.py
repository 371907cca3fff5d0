"""Formulas: arithmetic that anyone can check, roots and logarithms to the last digit, nothing that could do harm."""

from decimal import Decimal
from fractions import Fraction
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.foundation.exact import rounded
from assessment.foundation.reals import Number
from assessment.programmes.rules.faults import Ill, SchemeFaults
from assessment.programmes.rules.formulas import LONGEST, MOST_NODES, DividedByZero, Undefined, parse_formula
from assessment.programmes.rules.loading import load_scheme
from assessment.scoring.rules.engine import score
from assessment.scoring.rules.values import UnitInput, Value

SCHEME = """
format: 1
scheme: test
version: "1"
formulas: {{x: {formula}}}
indicators: [{{code: x, points: 100, rule: {rule}}}]
"""


def computed(text: str, **values: str) -> Number:
    return parse_formula(text).compute({name: Fraction(value) for name, value in values.items()})


@pytest.mark.parametrize(("text", "to_ten_places"), [
    ("sqrt(a)", "1.4142135624"), ("sqrt(a) * sqrt(a)", "2.0000000000"), ("log(a)", "0.6931471806"),
    ("log10(a * 50)", "2.0000000000"), ("log10(a)", "0.3010299957"), ("sqrt(b * b)", "3.0000000000"),
    ("log(a * b) - log(a) - log(b)", "0.0000000000"), ("max(sqrt(a), 1.41)", "1.4142135624"),
    ("min(log(b), sqrt(a), 1.2)", "1.0986122887"), ("abs(sqrt(a) - 3) / a", "0.7928932188"),
    ("1 / sqrt(a)", "0.7071067812"),
])  # fmt: skip
def test_roots_and_logarithms_are_right_to_the_last_digit(text: str, to_ten_places: str) -> None:
    assert f"{rounded(computed(text, a='2', b='3'), 10, 'half_up'):f}" == to_ten_places


@pytest.mark.parametrize(("text", "said"), [
    ("sqrt(a - 2)", "-1 has no square root"), ("log(a - 1)", "0 has no logarithm"),
    ("log10(-a)", "-1 has no logarithm"),
])  # fmt: skip
def test_what_has_no_result_is_said(text: str, said: str) -> None:
    with pytest.raises(Undefined) as refused:
        computed(text, a="1")
    assert said in refused.value.message.format(**refused.value.facts)
    with pytest.raises(DividedByZero):
        computed("1 / log(a)", a="1")
    with pytest.raises(DividedByZero):
        computed("1 / (log(4) - 2 * log(a))", a="2")


def test_a_formula_without_a_result_blocks_its_unit_with_a_sentence() -> None:
    scheme = load_scheme(SCHEME.format(formula="sqrt(y) * 10", rule="given"))
    units = [UnitInput(code, {"y": Value(Decimal(number))}) for code, number in (("u", "-4"), ("v", "2"), ("w", "9"))]
    results = score(scheme, units)
    assert [(one.unit, str(one.sentence)) for one in results.troubles] == [
        ("u", "-4 has no square root; correct the value.")]
    assert [(card.unit, str(card.total_published)) for card in results.scorecards[:2]] == [
        ("w", "30.00"), ("v", "14.14")]


@pytest.mark.parametrize("rule", [
    "completion, target: 3", "control, target: 3", "efficacy, satisfactory: 3, unacceptable: 1", "peer_minmax",
    "deduct, each: 1, part_of_a_step: dropped", "deduct, each: 1, part_of_a_step: proportional",
    "'steps', steps: [{from: 1.4142135623730950488, points: 100}, {below: 1.4142135623730950488, points: 0}]",
    "position, step: 1", "sliding, base: 50", "min_max", "percentile_rank",
])  # fmt: skip
def test_every_rule_takes_an_endless_number(rule: str) -> None:
    scheme = load_scheme(SCHEME.format(formula="sqrt(y)", rule=rule))
    units = [UnitInput(code, {"y": Value(Decimal(number))}) for code, number in (("u", "2"), ("v", "3"), ("w", "4"))]
    results = score(scheme, units)
    assert not results.troubles
    assert all(card.rank for card in results.scorecards)


def test_a_step_knows_on_which_side_an_endless_number_lies() -> None:
    edge = "1.414213562373095048801688724209698078569"  # below the root of 2 by less than 1e-39
    steps = f"'steps', steps: [{{above: {edge}, points: 100}}, {{up_to: {edge}, points: 0}}]"
    scheme = load_scheme(SCHEME.format(formula="sqrt(y)", rule=steps))
    assert str(score(scheme, [UnitInput("u", {"y": Value(Decimal(2))})]).scorecards[0].total_published) == "100.00"


ATTACKS = [
    "a.tofile('/tmp/x')", "a.ctypes.data", "'a' * 10**9", "9**9**9**9", "2 ** 9", "a << 99999999", "a // 0", "a % 2",
    "__import__('os').system('true')", "().__class__.__bases__[0].__subclasses__()", "open('/etc/passwd').read()",
    "eval('1')", "exec('1')", "getattr(a, 'b')", "globals()", "abs.__globals__", "min.__self__", "(lambda: a)()",
    "[a for a in (1, 2)]", "{a: 1}", "{a}", "f'{a}'", "a[0]", "a[::2]", "a if a else 1", "a and a", "not a", "~a",
    "a == a", "a < 2", "a in a", "a @ a", "(a := 2)", "await a", "yield a", "*a", "min(*a)", "min(a, key=abs)",
    "max(**a)", "print(a)", "sqrt(a, a)", "log()", "min(a)", "sqrt", "True", "None", "...", "1j", "0x10", "1_000",
    "b''", "a; b", "a = 1", "import os", "a\n+\x00b", "1e999", "nan", "１ +", "", " ", "a" * (LONGEST + 1),
    "a \u202e+ b", "a\u200b + b", "a ＋ b", "a × b", "2²", "a ÷ 0", "x\ud800", "lambda: 0", "a.b.c", "a().b",
    "(a)(b)", "a ** a ** a", "pow(9, 999999)", "int('9' * 9999)", "range(10**9)", "bytes(10**9)", "[0] * 10**10",
    "(0,) * 10**10", "9" * 41, "0." + "1" * 41, "max(" + "a, " * 300 + "a)", "min" * 200 + "(a, b)", "[" * 31,
    "-(" * 31 + "a" + ")" * 31,
    "(" * 100 + "a" + ")" * 100, "-" * 300 + "a", "+".join("a" * (MOST_NODES + 1)), "sqrt(" * 40 + "a" + ")" * 40,
]  # fmt: skip


@pytest.mark.parametrize("text", [text for text in ATTACKS if text not in {"nan", "sqrt"}])
def test_whatever_is_not_arithmetic_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(Ill) as refused:
        parse_formula(text)
    assert str(refused.value).endswith(".")


def test_a_name_is_only_ever_a_value() -> None:
    assert parse_formula("nan + sqrt").names == ("nan", "sqrt")  # columns may be called so; nothing else is meant
    assert computed("sqrt + sqrt(sqrt)", sqrt="4") == 6
    with pytest.raises(KeyError):
        computed("__builtins__")
    # Wide letters are their narrow selves; a Cyrillic one is another name.
    assert parse_formula("ｍａｘ(ａ, а)").names == ("a", "а")


@given(st.text(max_size=60))
def test_no_text_makes_anything_but_a_formula_or_a_sentence(text: str) -> None:
    try:
        said = parse_formula(text).text
    except Ill as refused:
        said = refused.message
    assert said.strip()


def of_formulas(formulas: str, value: str) -> str:
    return f"""
format: 1
scheme: test
version: "1"
formulas: {{{formulas}}}
indicators: [{{code: x, value: {value}, points: 100, rule: given}}]
"""


def test_formulas_of_formulas_cannot_fill_the_memory() -> None:
    scheme = load_scheme(of_formulas(f"f0: {' * '.join('y' * 45)}, f1: {' * '.join(['f0'] * 20)}", "f1"))
    results = score(scheme, [UnitInput("u", {"y": Value(Decimal("1.2345678901234567890123456789"))})])
    assert [str(one.sentence) for one in results.troubles] == [
        "A number on the way has more than 6000 digits; simplify the formula."]


CHAINS = {
    "twice as much with every step": ["y", *(f"f{place} + f{place}" for place in range(39))],
    "Fibonacci's rabbits": ["y", "y", *(f"f{place} + f{place + 1}" for place in range(60))],
    "one after another without end": ["y", *(f"f{place} + 1" for place in range(900))],
    "roots of roots of roots": ["y", *(f"{'sqrt(' * 20}f{place}{' + 2)' * 20}" for place in range(3))],
    "fractions beneath fractions": ["y", *(f"1 / (2 + f{place})" for place in range(45))],
}


@pytest.mark.parametrize("chain", CHAINS.values(), ids=CHAINS)
def test_formulas_of_formulas_cannot_take_for_ever(chain: list[str]) -> None:
    said = ", ".join(f"f{place}: {text}" for place, text in enumerate(chain))
    with pytest.raises(SchemeFaults) as refused:
        load_scheme(of_formulas(said, f"f{len(chain) - 1}"))
    assert all("With all the formulas that it reads" in fault.message for fault in refused.value.faults)


def test_thousands_of_formulas_are_refused_before_they_are_read() -> None:
    said = ", ".join(f"f{place}: y" for place in range(1001))
    with pytest.raises(SchemeFaults) as refused:
        load_scheme(of_formulas(said, "f1"))
    assert [str(fault) for fault in refused.value.faults] == [
        "formulas (line 5): There are more than 1000 formulas; take out what nobody reads."]


def test_what_nobody_can_decide_ends_in_seconds() -> None:
    """Two numbers that are equal, though no theorem used here says so."""
    one, other = "sqrt(sqrt(y + 2) * sqrt(y + 2) + 2 * sqrt(y + 1))", "1 + sqrt(y + 1)"
    scheme = load_scheme(of_formulas(f"f0: log({one} + log(y)) - log({other} + log(y))", "f0"))
    began = process_time()
    score(scheme, [UnitInput("u", {"y": Value(Decimal(6))})])
    assert process_time() - began < 20


def test_an_attack_in_a_scheme_is_a_fault_with_its_line() -> None:
    with pytest.raises(SchemeFaults) as refused:
        load_scheme(SCHEME.format(formula="a.ctypes.data", rule="given"))
    [fault] = refused.value.faults
    assert (fault.line, fault.place) == (5, "formulas › x")
    assert "“a.ctypes.data” is not allowed in a formula" in str(fault)

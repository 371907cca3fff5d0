"""The draw, against a second one written from its description alone."""

from __future__ import annotations

import csv
import hashlib
import io
import random
from fractions import Fraction

import pytest

from assessment.foundation.draw import (
    assign_inspectors,
    by_ticket,
    draw,
    inputs_hash,
    population_hash,
    sizes_by_rate,
    stratum_sizes,
    ticket,
)


def sha(text: str) -> str:
    return hashlib.sha256(bytes(text, "utf-8")).hexdigest()


def described(ids: list[str], size: int, seed: str, strata: dict[str, str] | None) -> list[tuple[int, str, str]]:
    """What the rules say, step by step and without the code under test."""
    groups: dict[str, list[str]] = {}
    for one in ids:
        groups.setdefault("" if strata is None else strata[one], []).append(one)
    shares = {name: Fraction(size * len(group), len(ids)) for name, group in groups.items()}
    sizes = {name: share.numerator // share.denominator for name, share in shares.items()}
    while sum(sizes.values()) < size:
        best = min(groups, key=lambda name: (sizes[name] - shares[name], name))
        sizes[best] += 1
        shares[best] = Fraction(sizes[best] - 1)  # its remainder is used up
    taken = []
    for name, group in groups.items():
        tickets = sorted((sha(seed + "," + one), one) for one in group)
        taken += tickets[: sizes[name]]
    return [(place + 1, one, number) for place, (number, one) in enumerate(sorted(taken))]


def test_the_draw_is_the_one_described() -> None:
    chance = random.Random(2012)
    for _ in range(400):
        ids = [f"{chance.choice('甲乙AZ')}{n}" for n in range(chance.randint(1, 60))]
        strata = {one: chance.choice("高中低") for one in ids} if chance.random() < 0.6 else None
        size, seed = chance.randint(0, len(ids)), str(chance.randrange(10**20)).zfill(20)
        drawn = [(one.order, one.id, one.ticket) for one in draw(ids, size, seed, strata)]
        assert drawn == described(ids, size, seed, strata)
        chance.shuffle(ids)
        assert drawn == [(one.order, one.id, one.ticket) for one in draw(ids, size, seed, strata)]


def test_inspectors_are_drawn_by_their_own_tickets_and_barred_ones_skipped() -> None:
    chance = random.Random(58)
    for _ in range(200):
        people = [f"P{n}" for n in range(chance.randint(1, 9))]
        objects = [f"O{n}" for n in range(5)]
        barred = {(chance.choice(people), chance.choice(objects)) for _ in range(chance.randint(0, 12))}
        assigned = assign_inspectors(objects, people, "seed", 2, barred)
        for one in objects:
            free = sorted((sha(f"seed,{one},{person}"), person) for person in people if (person, one) not in barred)
            assert assigned[one] == tuple(person for _, person in free[:2])


def test_hashes_and_tickets_are_those_anyone_can_compute() -> None:
    assert population_hash(["乙", "b", "A"]) == sha("A\nb\n乙")
    assert ticket("20121114", "成都") == sha("20121114,成都")
    assert by_ticket("s", ["x", "y"])[0] == min((sha(f"s,{one}"), one) for one in "xy")
    population = (("id", "name"), [["b", 'say "x"'], ["a", "1,2"]])
    people = (("id",), [["P2"], ["P1"]])
    assert inputs_hash(population, people) == sha('id,name\na,"1,2"\nb,"say ""x"""\nid\nP1\nP2\n')
    assert inputs_hash(population) != inputs_hash(population, (("id",), []))


def test_ties_between_strata_fall_to_the_first_name() -> None:
    assert stratum_sizes({"c": 2, "a": 2, "b": 2}, 4) == {"c": 1, "a": 2, "b": 1}
    assert stratum_sizes({}, 0) == {}
    assert sum(stratum_sizes({"a": 7, "b": 5, "c": 1}, 13).values()) == 13


def test_strata_may_be_drawn_at_their_own_rates() -> None:
    strata = {f"{n}": "high" if n < 10 else "low" for n in range(110)}
    sizes = sizes_by_rate(strata.values(), {"high": Fraction(3, 10), "low": Fraction(1, 200)})
    assert sizes == {"high": 3, "low": 1}
    drawn = draw(list(strata), 4, "seed", strata, sizes)
    assert sorted(strata[one.id] for one in drawn) == ["high", "high", "high", "low"]


@pytest.mark.parametrize(
    ("ids", "size", "sizes"),
    [
        (["a", "a"], 1, None),
        (["a", ""], 1, None),
        (["a"], 2, None),
        (["a"], -1, None),
        (["a", "b"], 1, {"": 2}),
        (["a"], 2, {"": 2}),
        (["a"], 1, {"x": 1}),
    ],
)
def test_an_impossible_draw_is_refused(ids: list[str], size: int, sizes: dict[str, int] | None) -> None:
    with pytest.raises(ValueError, match=r"drawn from|stands twice"):
        draw(ids, size, "seed", None, sizes)


def test_the_canonical_csv_is_a_csv() -> None:
    from assessment.foundation.draw import canonical_csv

    rows = [["x\ny", ""], ["", "z"], ["b", 'q"']]
    assert sorted(csv.reader(io.StringIO(canonical_csv(("a", "b"), rows)))) == sorted([["a", "b"], *rows])

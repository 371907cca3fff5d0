"""My place: quartiles as units really have them, and a spread that names nobody."""

from fractions import Fraction

import pytest

from assessment.faces.web.pages.place import quartile, spread


@pytest.mark.parametrize(
    ("some", "expected"),
    [([1, 2, 3, 4], (1, 2, 3)), ([1, 2, 3, 4, 5], (2, 3, 4)), ([7], (7, 7, 7)), (list(range(1, 61)), (15, 30, 45))],
)
def test_quartiles_are_points_that_some_unit_has(some: list[int], expected: tuple[int, ...]) -> None:
    numbers = [Fraction(one) for one in some]
    assert tuple(int(quartile(numbers, n)) for n in (1, 2, 3)) == expected


def test_the_picture_stays_within_its_frame_and_says_what_it_shows() -> None:
    for some, own in (([-5, 0, 3, 9], -5), ([0, 0, 0, 0], 0), ([1, 2, 3, 400], 400), ([1, 2, 3, 4], 9)):
        drawn = str(spread([Fraction(one) for one in some], Fraction(own), "<B1> own 3"))
        assert "&lt;B1&gt; own 3" in drawn
        assert 'viewBox="0 0 160 24"' in drawn
        dot = next(part for part in drawn.split("<") if part.startswith("circle"))
        x = float(dot.split('cx="')[1].split('"')[0])
        assert 0 <= x <= 160

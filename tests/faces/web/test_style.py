"""The design: every pair of colours can be read, and the page that shows it all stands only beside the examples."""

from fractions import Fraction

import pytest

from assessment.faces.web.kit import tokens
from assessment.faces.web.pages import style
from support.web import SiteUnderTest


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("pair", tokens.PAIRS, ids=lambda pair: f"{pair.ink}/{pair.ground}")
def test_every_pair_of_colours_has_the_contrast_it_needs(pair: tokens.Pair, theme: str) -> None:
    assert pair.contrast(theme) >= pair.least


def test_contrast_is_that_of_the_guideline() -> None:
    assert tokens.contrast("#000000", "#ffffff") == 21
    assert tokens.contrast("#777777", "#ffffff") == tokens.contrast("#ffffff", "#777777")
    assert abs(tokens.contrast("#767676", "#ffffff") - Fraction(454, 100)) < Fraction(1, 100)


def test_both_dark_themes_are_the_same() -> None:
    """One for who chose it, one for whose device asks for it: the sheet holds the values twice."""
    sheet = tokens.SHEET.read_text(encoding="utf-8")
    device = sheet.split(":root:not([data-theme]) {")[1].split("}")[0]
    assert dict(tokens.TOKEN.findall(device)).items() >= tokens.tokens()["dark"].items()


def test_the_page_stands_beside_the_examples_and_nowhere_else(the_site: SiteUnderTest) -> None:
    the_site.app.register_blueprint(style.pages)
    assert the_site.anonymous().get("/style").status_code == 404


def test_it_shows_every_component_in_both_languages(example: SiteUnderTest) -> None:
    example.app.register_blueprint(style.pages)
    for language, words in (("en", "Nothing decorative, nothing moves."), ("zh", "不加装饰，不做动画。")):
        browser = example.anonymous()
        browser.get(f"/style?language={language}")
        page = browser.get("/style").get_data(as_text=True)
        assert words in page
        for piece in ("chip stop", 'class="time"', 'class="tasks"', 'class="errors"', 'class="figures"', "svg"):
            assert piece in page


def test_every_page_that_is_looked_at_says_what_it_is_for() -> None:
    from assessment.faces.web.pages.about import ABOUT
    from support.sweep import ROUTES

    looked_at = {name for name in ROUTES if name.endswith((".index", ".show"))} - {"style.show", "search.show"}
    looked_at -= {name for name in ROUTES if name.startswith("health.")}
    assert looked_at <= ABOUT.keys()
    assert ABOUT.keys() <= ROUTES.keys(), "a sentence about no page"

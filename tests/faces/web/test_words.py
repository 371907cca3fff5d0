"""Words on pages: chips, deadlines, counts, links inside sentences, files that lists become."""

from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask, g
from markupsafe import Markup

from assessment.faces.web.kit import chips, lists, words
from assessment.faces.web.kit.addresses import local_path
from assessment.faces.web.kit.lists import Column, listing, search
from assessment.foundation.i18n import Bilingual
from support.web import STANDS_AT, SiteUnderTest


def test_every_state_of_every_process_has_a_shape() -> None:
    assert not chips.shapeless()


@pytest.mark.parametrize(
    ("hours", "said"),
    [(-49, ("Overdue 2 days", "stop")), (-1, ("Overdue", "stop")), (2, ("Due today", "soon")),
     (25, ("Due tomorrow", "soon")), (73, ("Due in 3 days", "soon")), (100, None)],
)  # fmt: skip
def test_a_deadline_is_red_only_when_it_is_over(the_site: SiteUnderTest, hours: int, said: object) -> None:
    with the_site.app.test_request_context():
        g.language = "en"
        assert words.due_word(STANDS_AT + timedelta(hours=hours), STANDS_AT) == said


def test_a_link_in_a_sentence_stays_a_link_and_nothing_else_does(the_site: SiteUnderTest) -> None:
    with the_site.app.test_request_context():
        g.language = "en"
        made = words._("{post} (seen as)", post="<b>")
        assert not hasattr(made, "__html__")  # a page escapes it
        mixed = words._filled("{a} and {b}", {"a": Markup("<a>x</a>"), "b": "<b>"})
        assert mixed == Markup("<a>x</a> and &lt;b&gt;")


def test_lists_are_filtered_sorted_and_exported_by_their_address(the_site: SiteUnderTest) -> None:
    items = [(Bilingual("四平", "Siping"), Decimal("88.10")), (Bilingual("长春", "=Changchun"), Decimal("95.20"))]
    columns = [
        Column("name", "Name", lambda one: one[0], is_head=True),
        Column("points", "Points", lambda one: one[1], is_number=True),
    ]
    with the_site.app.test_request_context("/x?q=四&sort=-points"):
        found = listing("scores", items, columns, [search(lambda one: one[0])])
        assert [one[0].en for one in found.shown] == ["Siping"]
        assert found.total == 2
    with the_site.app.test_request_context("/x?sort=-points&as=csv"):
        g.language = "en"
        found = listing("scores", items, columns)
        answer = found.answer("none.html")
        assert not isinstance(answer, str)
        assert answer.get_data(as_text=True).splitlines()[1:] == ["'=Changchun,95.20", "Siping,88.10"]
        assert answer.headers["Content-Disposition"].startswith("attachment")
    with the_site.app.test_request_context("/x?page=-3&sort=no-such"):
        assert listing("scores", items, columns).page == 1


def test_pages_of_long_lists_stay_within_them(the_site: SiteUnderTest) -> None:
    with the_site.app.test_request_context("/x?page=999"):
        found = listing("n", range(250), [Column("n", "N", lambda n: n)])
        assert (found.page, found.pages, len(found.shown)) == (3, 3, 250 - 2 * lists.A_PAGE)


@pytest.mark.parametrize("text", ["http://x", "//x", "x", "/\\x", "/a\nb", "", None])
def test_a_path_that_leads_elsewhere_is_none(text: str | None) -> None:
    assert local_path(text) == ""


@pytest.mark.parametrize(
    ("text", "page", "marked"),
    [
        ("设备已检修", "en", '<span lang="zh-Hans">设备已检修</span>'),
        ("设备已检修", "zh", "设备已检修"),
        ("Repaired <b>", "zh", '<span lang="en">Repaired &lt;b&gt;</span>'),
        ("Repaired", "en", "Repaired"),
        ("12-3", "zh", "12-3"),
    ],
)
def test_typed_text_bears_its_language_where_it_is_not_the_pages(text: str, page: str, marked: str) -> None:
    app = Flask(__name__)
    with app.test_request_context("/"):
        g.language = page
        assert str(words.typed(text)) == marked

"""The living page of the design: the tokens and components as they are now, with words made for showing them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from flask import Blueprint, render_template, url_for
from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired

from assessment.faces.web.kit import Column, Form, Happening, _, listing, not_there, now, options, public, said, tokens
from assessment.faces.web.kit.banner import is_example
from assessment.faces.web.kit.chips import DONE, GOING, RING, SHAPES, SOON, STOP
from assessment.foundation import charts
from assessment.foundation.i18n import N_, Bilingual, Label, Sentence, say

pages = Blueprint("style", __name__, url_prefix="/style")

CHIPS = (
    (RING, N_("Not begun, not met")), (GOING, N_("With someone, not final")), (SOON, N_("Needs care")),
    (DONE, N_("Finished")), (STOP, N_("Overdue or refused, nothing else")),
)  # fmt: skip
PRINCIPLES = (
    N_("The heading is the answer: “Four things are asked of you. One is overdue.”"),
    N_("Dense where experts work, large where people act."),
    N_("Red means overdue or refused, and nothing else. Falling in rank is ink and bold."),
    N_("Every number leads to where it comes from; from a rank to its evidence it is two clicks."),
    N_("Say what will happen, and who may. A refusal names the act and what opens it."),
    N_("One main button a screen; its words name what it does."),
    N_("Nothing decorative, nothing moves."),
)
PLACES = (
    Bilingual("甲市", "Alder City"), Bilingual("乙市", "Birch City"), Bilingual("丙市", "Cedar City"),
    Bilingual("丁市", "Dogwood City"),
)  # fmt: skip
"""Made-up units: this page holds nobody's figures."""
TOTALS = ("96.40", "94.15", "91.02", "78.90")


@dataclass(frozen=True)
class SampleButton:
    """What a record would offer, for the action bar."""

    label: Label
    address: str = ""
    is_open: bool = True
    takes_back: bool = False
    refused: Sentence | str = ""


class SampleForm(Form):
    name = StringField(N_("A line of text"), [DataRequired(N_("Please fill this in."))])
    kind = RadioField(N_("One of few"), choices=options([("a", N_("The first")), ("b", N_("The second"))]))
    note = TextAreaField(N_("Several lines"))


@pages.get("")
@public
def show() -> str:
    """Shown where the examples are: who runs a province has no use for it."""
    if not is_example():
        raise not_there()
    form = SampleForm(formdata=None)
    wrong = SampleForm(formdata=None, data={"note": _("What was typed stays.")})
    wrong.name.errors = [N_("Please fill this in.")]  # type: ignore[assignment]
    return render_template(
        "style/show.html",
        principles=PRINCIPLES,
        colours=[(name, tokens.tokens()["light"][name], dark) for name, dark in tokens.tokens()["dark"].items()],
        pairs=[(pair, *(f"{float(pair.contrast(theme)):.1f}" for theme in tokens.BLOCKS)) for pair in tokens.PAIRS],
        sizes=tokens.steps("t"),
        spaces=tokens.steps("s"),
        chips=CHIPS,
        states=sorted({(shape, state) for state, shape in SHAPES.items()}),
        offers=offers(),
        happenings=happenings(),
        moments={name: now() + timedelta(days=days) for name, days in (("due", 9), ("late", 16), ("over", -3))},
        found=table(),
        form=form,
        wrong=wrong,
        pictures=pictures(),
    )


def offers() -> list[SampleButton]:
    here = url_for("style.show")
    return [
        SampleButton(Label(N_("Send the plan")), here),
        SampleButton(Label(N_("Ask for more time")), here),
        SampleButton(Label(N_("Take it back")), here, takes_back=True),
        SampleButton(Label(N_("Close the task")), is_open=False, refused=say("Somebody else must have looked first.")),
    ]


def happenings() -> list[Happening]:
    words = (N_("Closed after a second look"), N_("Reported done"), N_("Plan accepted"), N_("Issued"))
    return [
        Happening(1204 - 31 * place, now() - timedelta(days=6 * place), Label(word), _("Inspector 07"), "", place == 0)
        for place, word in enumerate(words)
    ]


def table() -> Any:
    rows = list(zip(range(1, 5), PLACES, map(Decimal, TOTALS), strict=True))
    return listing(
        "style", rows,
        [
            Column("rank", N_("Rank"), lambda row: row[0], is_number=True),
            Column("unit", N_("Unit"), lambda row: row[1], is_head=True, link=lambda _row: url_for("style.show")),
            Column("score", N_("Score"), lambda row: row[2], is_number=True),
        ],
    )  # fmt: skip


def pictures() -> list[tuple[str, charts.Chart]]:
    """Every chart that there is, of made-up numbers."""
    names, periods = [said(place) for place in PLACES], ("1", "2", "3", "4", "5", "6")
    ranks = ((1, 1, 2, 1, 1, 1), (3, 2, 1, 2, 2, 2), (2, 3, 3, 4, 4, 3), (4, 4, 4, 3, 3, 4))
    marks = ("hi", "", "", "lo")
    steps = [charts.step_of((100 - Fraction(total)) / 100) for total in TOTALS]
    told = [f"{name}: {total}" for name, total in zip(names, TOTALS, strict=True)]
    places = ((1, 1), (1, 2), (2, 1), (2, 3))
    planned = charts.Course(tuple(Fraction(n) for n in (40, 90, 150, 220, 300, 385)), _("due {number}", number=385))
    done = charts.Course(tuple(Fraction(n) for n in (35, 88, 160, 235, 290, 352)), _("reached {number}", number=352),
                         tuple(str(n) for n in (35, 88, 160, 235, 290, 352)))
    severe, slight = _("major"), _("minor")
    losses = [charts.Loss(f"{code} {name}", Fraction(lost), f"−{lost}", css)
              for code, name, lost, css in (("A1", names[0], "4.2", "fa"), ("B2", names[1], "2.5", "fb"))]
    return [
        (_("Rank over periods"), charts.bump(_("Rank over periods"), periods, [
            charts.Line(name, row, css) for name, row, css in zip(names, ranks, marks, strict=True)])),
        (_("Against a schedule"), charts.progress(_("Against a schedule"), periods, planned, done)),
        (_("Where on the map"), charts.tiles(_("Where on the map"), [
            charts.Tile(*at, name, total, step, words)
            for at, name, total, step, words in zip(places, names, TOTALS, steps, told, strict=True)])),
        (_("How long open"), charts.ages(_("How long open"), (severe, slight), [
            charts.Age(_("Under 7 days"), (3, 12), (f"{severe} 3", f"{slight} 12")),
            charts.Age(_("90 days and more"), (1, 4), (f"{severe} 1", f"{slight} 4"))])),
        (_("Spread of scores"), charts.distribution(_("Spread of scores"), [Fraction(t) for t in TOTALS],
                                                   _("mean {number}", number="90.12"))),
        (_("From full marks down"), charts.waterfall(_("From full marks down"), Fraction(100), losses, _("Score"),
                                                     "93.3")),
        (_("Up and down"), charts.movers(_("Up and down"), [(names[0], 7), (names[3], -4)])),
    ]  # fmt: skip

"""The first page: what is asked of this person, until when."""

from __future__ import annotations

from flask import Blueprint, render_template

from assessment.faces.web.kit import current_session, home, now, said, signed_in, translated, viewer
from assessment.faces.web.kit.words import count_word, counted
from assessment.foundation.i18n import N_, Label

pages = Blueprint("home", __name__)


@pages.get("/")
@signed_in
def index() -> str:
    session, officer = current_session(), viewer()
    asked = home.asked(session, officer, now())
    drawn = home.panels(session, officer, now())
    return render_template(
        "home/index.html",
        heading=heading(asked, home.headings(session, officer, now())),
        asked=asked,
        wide=[panel for panel in drawn if panel.is_wide],
        narrow=[panel for panel in drawn if not panel.is_wide],
    )


def heading(asked: list[home.Waiting], said_first: list[object]) -> str:
    """The answer, not a title: "Changchun leads. Four things are asked of you. One is overdue." """
    parts = [said(sentence) for sentence in said_first]
    if not asked:
        parts.append(translated("Nothing is asked of you now."))
    else:
        parts.append(counted("{count} thing is asked of you.", "{count} things are asked of you.", len(asked),
                             count=_count(len(asked))))  # fmt: skip
        overdue = sum(one.is_overdue(now()) for one in asked)
        if overdue:
            parts.append(counted("{count} is overdue.", "{count} are overdue.", overdue, count=_count(overdue)))
    return (" " if not _is_zh() else "").join(parts)


def _count(n: int) -> str:
    return count_word(n)


def _is_zh() -> bool:
    from assessment.faces.web.kit import language

    return language() == "zh"


BACK_HOME = Label(N_("Home"))

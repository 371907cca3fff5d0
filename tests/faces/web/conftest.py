"""A site over a small province: a leader, an administrator, an auditor, two locality officers."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Blueprint, render_template_string, request
from sqlalchemy.orm import Session
from wtforms import StringField

from assessment.faces.web.kit import (
    Action,
    Form,
    access,
    acts,
    current_session,
    prepared,
    prepares,
    signed_in,
    timeline,
)
from assessment.faces.web.kit.addresses import ADDRESSES
from assessment.faces.web.kit.scopes import SCOPES
from assessment.faces.web.pages import account, audit, health, home
from assessment.faces.web.pages import example as example_pages
from assessment.foundation import clock
from assessment.foundation.actors import Act
from assessment.foundation.errors import Invalid
from assessment.foundation.frame import Frame
from assessment.foundation.i18n import say
from assessment.organisations import services
from assessment.organisations.models import Person
from assessment.organisations.process import ACCOUNT
from support.kept import kept
from support.organisations import make_province
from support.web import STANDS_AT, Browser, SiteUnderTest, let_in, site

KITS_OWN = (home.pages, account.pages, audit.pages, example_pages.pages, health.pages)
PASSWORD = "quiet-maple-harbour-88"
ROLES = {"ada": "administrator", "lena": "leader", "audrey": "auditor", "olga": "locality_officer"}

SHOW = """{% extends "base.html" %}{% block title %}p{% endblock %}{% block content %}
<h1>{{ person.name }}</h1>{{ ui.state(person) }}{{ ui.action_bar(buttons(person)) }}{{ ui.timeline(happened) }}
{% endblock %}"""


class SuspendForm(Form):
    name = StringField("Name")
    reason = StringField("Reason")


def trial_room() -> Blueprint:
    """A room for one test: accounts as records, with an administrator's actions on them."""
    pages = Blueprint("trial", __name__, url_prefix="/trial")

    @pages.get("/<int:person_id>")
    @signed_in
    def show(person_id: int) -> str:
        person = access(Person, person_id)
        return render_template_string(SHOW, person=person, happened=timeline(current_session(), person))

    @pages.post("/<int:person_id>/touch")
    @signed_in
    @prepares(lambda person_id: f"prepared for {person_id}")
    def touch(person_id: int) -> tuple[str, int]:
        access(Person, person_id).email = request.form["email"]
        return prepared(), int(request.form.get("status", "200"))

    def suspend(session: object, person: Person, act: Act, name: str) -> None:
        if name == "bad":
            raise Invalid(say("Not this name."), fields={"name": say("Not this name.")})
        services.suspend(session, person, act)  # type: ignore[arg-type]

    acts(pages, Person, ACCOUNT, {
        "suspend": Action(suspend, SuspendForm),
        "reinstate": Action(services.reinstate),
    })  # fmt: skip
    return pages


@kept
def staffed(session: Session) -> dict[str, int]:
    province = make_province(session, calendar=False)
    for name, role in ROLES.items():
        province.officer(name, role, "2201" if role == "locality_officer" else "22")
        let_in(session, province.people[name], PASSWORD)
    return {name: one.id for name, one in province.people.items()}


@pytest.fixture
def people(frame: Frame) -> dict[str, int]:
    """User name -> number of the person."""
    with frame.write() as session:
        return staffed(session)


@pytest.fixture
def the_site(frame: Frame, tmp_path: Path, people: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> SiteUnderTest:
    """The site as a province runs it: real time, passwords."""
    monkeypatch.setitem(SCOPES, Person, lambda session, person, officer: person.username != "audrey")
    monkeypatch.setitem(ADDRESSES, "person", ("trial.show", "person_id"))
    return site(frame, tmp_path, [*KITS_OWN, trial_room()])


@pytest.fixture
def example(the_site: SiteUnderTest) -> SiteUnderTest:
    """The same site over a database in which time stands still."""
    with the_site.frame.write() as db:
        clock.stand_at(db, STANDS_AT)
    return the_site


@pytest.fixture
def as_(the_site: SiteUnderTest, people: dict[str, int]) -> Callable[[str], Browser]:
    return lambda name: the_site.browser(people[name])



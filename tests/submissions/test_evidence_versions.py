"""Files that take the place of others: linked, readable for ever, and a verifier's file is the one that stood then."""

from contextlib import suppress
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given as cases
from hypothesis import settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assessment.faces.web.pages.scoring_explained import _source
from assessment.foundation import audit, clock
from assessment.foundation.db import Base, make_engine
from assessment.foundation.errors import Invalid, NotNow
from assessment.foundation.frame import Frame
from assessment.organisations.models import Unit
from assessment.submissions import queries, services
from assessment.submissions.models import Evidence, Submission
from assessment.submissions.services import NewEvidence
from support.organisations import Province
from support.programmes import World, act
from support.submissions import IN_TIME, a_period_open, values
from support.web import Browser, site

LATER = IN_TIME + timedelta(hours=1)


def file(letter: str, code: str = "cameras") -> NewEvidence:
    return NewEvidence(code, letter * 64, 10, f"{letter}.pdf", "application/pdf")


def returned(session: Session) -> tuple[World, Submission, Evidence]:
    """A report sent with file “a”, looked at with the file, and sent back."""
    world, reports = a_period_open(session)
    one = reports["220101"]
    unit = act(world.locality("220101"), IN_TIME)
    first = services.attach_evidence(session, one, unit, file("a"))
    services.submit(session, one, unit, values())
    services.return_submission(session, one, act(world.verifier, IN_TIME).because("缺页"))
    return world, one, first


def test_what_a_verifier_looked_at_is_the_version_that_stood_then(frame: Frame) -> None:
    with frame.write() as session:
        world, one, first = returned(session)
        unit = act(world.locality("220101"), LATER)
        later = services.replace_evidence(session, one, unit, first, file("b"))
        services.submit(session, one, unit, values(11))
        services.verify(session, one, act(world.verifier, LATER))
        session.flush()
        ids = first.id, later.id
    with frame.read() as session:
        one = session.scalars(select(Submission).where(Submission.id == one.id)).one()
        [chain] = queries.evidence_chains(one)
        told = [(each.id, each.version_number, each.sha256[0]) for each in chain]
        assert told == [(ids[1], 2, "b"), (ids[0], 1, "a")]
        assert (chain[1].ended_at, bool(chain[1].ended_by), chain[0].ended_at) == (LATER, True, None)
        looks = queries.looks_at(session, one)
        assert (set(looks), looks[ids[1]][0].at) == ({ids[1]}, LATER)
        assert [each.name for each in one.standing_evidence] == ["b.pdf"]
        validated = next(row for row in one.values if row.value_code == "cameras")
        assert [named.name for named in _source(one, validated).evidence] == ["b.pdf"]
        assert audit.verify(session) == []


def test_many_verified_by_one_act_rest_on_the_files_that_stood_then(frame: Frame) -> None:
    with frame.write() as session:
        world, one, first = returned(session)
        unit = act(world.locality("220101"), LATER)
        later = services.replace_evidence(session, one, unit, first, file("b"))
        services.submit(session, one, unit, values(11))
        services.verify_many(session, act(world.verifier, LATER), {one: None})
        session.flush()
        audit.link(session)
        assert set(queries.looks_at(session, one)) == {later.id}


def test_a_file_is_replaced_while_the_report_lies_with_the_unit_and_never_after_it_was_sent(frame: Frame) -> None:
    with frame.write() as session:
        world, one, first = returned(session)
        unit = act(world.locality("220101"), LATER)
        services.submit(session, one, unit, values(11))
        for refused in (services.replace_evidence, services.remove_evidence):
            with pytest.raises(NotNow, match="cannot be done now"):
                refused(session, one, unit, first, *([file("b")] if refused is services.replace_evidence else []))
        assert one.standing_evidence == [first]


def test_a_version_is_replaced_once_and_the_same_file_does_not_stand_twice(frame: Frame) -> None:
    with frame.write() as session:
        world, one, first = returned(session)
        unit = act(world.locality("220101"), LATER)
        later = services.replace_evidence(session, one, unit, first, file("b"))
        with pytest.raises(Invalid, match="replaced or taken away already"):
            services.replace_evidence(session, one, unit, first, file("c"))
        again = services.replace_evidence(session, one, unit, later, file("a"))  # what was right after all
        assert (again.version_number, [each.sha256[0] for each in one.standing_evidence]) == (3, ["a"])
    with pytest.raises(IntegrityError, match=r"(?i)unique"), frame.write() as session:
        session.add(Evidence(
            submission_id=one.id, value_code="cameras", sha256="a" * 64, size=1, name="x", mime="x", added_at=LATER,
            added_by="x", version_number=1,
        ))  # fmt: skip
        session.flush()


def test_what_was_sent_once_stays_readable_when_it_is_taken_away_and_what_was_not_goes(frame: Frame) -> None:
    with frame.write() as session:
        world, one, first = returned(session)
        unit = act(world.locality("220101"), LATER)
        slip = services.attach_evidence(session, one, unit, file("b"))
        services.remove_evidence(session, one, unit, slip)
        services.remove_evidence(session, one, unit, first)
        assert [(each.name, each.ended_at) for each in one.evidence] == [("a.pdf", LATER)]
        with pytest.raises(Invalid, match="taken away already"):
            services.remove_evidence(session, one, unit, first)
        services.submit(session, one, unit, values(11))
        assert one.content_hash == services.content_hash(
            {code: value.kind.value for code, value in values(11).items()},
            {code: str(value.number) for code, value in values(11).items()}, [],
        )  # fmt: skip


ACTS = st.sampled_from(["attach", "replace", "remove", "send"])
STEPS = st.lists(st.tuples(ACTS, st.sampled_from("abc")), max_size=9)


@settings(max_examples=15)
@cases(STEPS)
def test_whatever_is_done_no_file_that_was_ever_received_is_lost(steps: list[tuple[str, str]]) -> None:
    engine = make_engine("sqlite://")
    Base.metadata.create_all(engine)
    try:
        with Session(engine) as session:
            received_is_kept(session, steps)
    finally:
        engine.dispose()


def received_is_kept(session: Session, steps: list[tuple[str, str]]) -> None:
    world, reports = a_period_open(session)
    one, received, at = reports["220101"], set[str](), IN_TIME
    for what, letter in steps:
        at += timedelta(seconds=1)
        unit = act(world.locality("220101"), at)
        standing = one.standing_evidence
        with suppress(Invalid):  # the same file twice
            if what == "attach":
                services.attach_evidence(session, one, unit, file(letter))
            elif what == "send":
                services.submit(session, one, unit, values(at.second + 1))
                received |= {each.sha256 for each in one.standing_evidence}
                services.return_submission(session, one, act(world.verifier, at).because("再核"))
            elif standing and what == "replace":
                services.replace_evidence(session, one, unit, standing[0], file(letter))
            elif standing:
                services.remove_evidence(session, one, unit, standing[0])
        kept = [each.sha256 for each in one.evidence]
        assert received <= set(kept)
        assert len({each.sha256 for each in one.standing_evidence}) == len(one.standing_evidence)
        chains = queries.evidence_chains(one)
        assert sorted(each.id for chain in chains for each in chain) == sorted(each.id for each in one.evidence)
        assert all([each.version_number for each in chain] == [*range(len(chain), 0, -1)] for chain in chains)


def test_the_page_lists_the_versions_and_every_one_can_be_fetched(frame: Frame, tmp_path: Path) -> None:
    with frame.write() as session:
        clock.stand_at(session, IN_TIME)
        world, reports = a_period_open(session)
        province = Province(session, {code: session.get_one(Unit, one) for code, one in world.units.items()})
        province.officer("county", "locality_head", "220101")
        where, person = f"/submissions/{reports['220101'].id}", province.people["county"].id
    county = site(frame, tmp_path / "instance").browser(person)
    first, second = b"%PDF-1.4\n%%EOF\n", b"%PDF-1.5\n%%EOF\n"
    assert sent(county, f"{where}/attach_evidence", first, "first.pdf", {"value_code": ["cameras", "all"]}) == 303
    nothing = county.post(f"{where}/replace_evidence", {"evidence": "1"})
    assert (nothing.status_code, "Choose a file." in nothing.text) == (422, True)
    assert sent(county, f"{where}/replace_evidence", second, "second.pdf", {"evidence": "1"}) == 303
    page = county.get(where).text
    assert page.count("1 earlier version") == 2  # it served for two values, and was replaced behind both
    assert "Replaced on" in page
    found = {number: county.get(f"/submissions/evidence/{number}").data for number in (1, 2, 3, 4)}
    assert sorted(found.values()) == sorted([first, first, second, second])


def sent(browser: Browser, where: str, content: bytes, name: str, facts: dict[str, Any]) -> int:
    browser.get(where)
    answer = browser.post(where, {**facts, "file": (BytesIO(content), name)}, content_type="multipart/form-data")
    return int(answer.status_code)

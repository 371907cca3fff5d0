"""The interface over the played example: every answer as it is described, every list as the pages' rules allow."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import event, select

from assessment.adjustments.models import Adjustment
from assessment.faces.api.lists import COLLECTIONS, Collection
from assessment.faces.api.openapi import document, schema
from assessment.faces.api.routes import PDF, ROUTES, Route
from assessment.faces.web.kit.scopes import SCOPES
from assessment.foundation import clock
from assessment.inspections.models import FindingEvidence
from assessment.organisations.models import ApiToken
from assessment.organisations.officers import officer_on
from assessment.organisations.passwords import fingerprint
from assessment.scoring.models import Edition, EditionState, Scorecard
from support import generated
from support.ledger import Ledger
from support.sweep import LOCAL, Target

BASE = "/api/v1"
WHO = ("administrator", "leader", "team_member", "verifier", "auditor", "locality_head", "locality_officer")
FIRST = 500


def kind_of(route: Route) -> str:
    names = {one.one: one.model.__tablename__ for one in COLLECTIONS}  # type: ignore[attr-defined]
    return {"ranking": "edition", "explanation": "scorecard", "data": "bulletin", "paper_zh": "bulletin",
            "paper_en": "bulletin"}.get(route.name) or names[route.name]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_every_answer_has_the_shape_it_is_described_with(world: Any, records: dict[str, Target], route: Route) -> None:
    path = BASE + route.path.replace("{id}", str(records[kind_of(route)].id) if route.is_of_record else "")
    answer = world.own("assessment_office", "220102").ask("GET", path)
    assert (answer.status_code, answer.mimetype) == (200, route.mime)
    if route.mime == PDF:
        assert answer.data.startswith(b"%PDF")
        return
    if route.shape is None:
        assert answer.data.startswith(b"unit") or b"," in answer.data
        return
    described = {**schema(route), "components": document()["components"]}
    Draft202012Validator(described).validate(answer.json)
    if route.is_list:
        assert answer.json["items"]


def test_the_description_names_every_address_and_parameter(world: Any) -> None:
    found = world.browser().client.get(f"{BASE}/openapi.json").json
    served = {
        rule.rule.removeprefix(BASE).replace("<int:id>", "{id}") or "/"
        for rule in world.app.url_map.iter_rules() if rule.endpoint.startswith("api.")
    }  # fmt: skip
    assert set(found["paths"]) == served - {"/openapi.json"}
    assert found == document()
    for path, methods in found["paths"].items():
        assert list(methods) == ["get"], path
        for code, answer in methods["get"]["responses"].items():
            assert code.isdecimal()
            assert answer["description"]


@pytest.mark.parametrize("of", COLLECTIONS, ids=lambda of: of.name)
@pytest.mark.parametrize("role", WHO)
def test_a_list_holds_exactly_what_its_reader_may_see(world: Any, of: Collection, role: str) -> None:
    viewers = [world.own(role, "220102"), *([] if role in LOCAL else [world.stranger(role)])]
    for viewer in viewers:
        answer = viewer.ask("GET", f"{BASE}/{of.name}?limit={FIRST}")
        shown = [one["id"] for one in answer.json["items"]]
        with world.frame.read() as session:
            day = clock.business_now(session).date()
            officer = officer_on(session, viewer.person_id, day)
            every = session.scalars(select(of.model).order_by(of.key))
            allowed = [one.id for one in every if SCOPES[of.model](session, one, officer)]
        assert shown == allowed[:FIRST]
        assert (answer.json["next"] is None) == (len(allowed) <= FIRST)


def pages_of(viewer: Any, path: str) -> Iterator[dict[str, Any]]:
    following: str | None = path
    while following:
        page = viewer.ask("GET", following).json
        yield page
        following = page["next"]


@pytest.mark.parametrize("path", ["/units?limit=7", "/editions?state=approved&limit=2", "/periods?limit=3&kind=month"])
def test_pages_together_are_the_whole_list_once(world: Any, path: str) -> None:
    viewer = world.own("assessment_office", "220102")
    whole = viewer.ask("GET", BASE + re.sub(r"limit=\d+", "limit=500", path)).json["items"]
    parts = [one for page in pages_of(viewer, BASE + path) for one in page["items"]]
    assert parts == whole
    assert len({one["id"] for one in parts}) == len(parts) > 3


def test_the_root_answers_with_and_without_its_last_stroke(world: Any) -> None:
    """Schemathesis found it: a description can only name the root "/", and that was answered 404."""
    client = world.browser().client
    assert client.get(BASE).json == client.get(f"{BASE}/").json
    assert world.own("auditor", "").ask("GET", f"{BASE}/units/").status_code == 404


def test_what_is_made_up_from_the_description_is_answered_as_described(world: Any) -> None:
    assert {200, 401, 404, 422} <= set(generated.tried(world, 60).statuses)


@pytest.mark.trust
def test_of_ten_thousand_requests_made_up_from_the_description_each_is_answered_as_described(
    world: Any, size: Callable[[int], int], ledger: Ledger
) -> None:
    count = size(10_000)
    statuses, fault = Counter[int](), ""
    try:
        statuses = generated.tried(world, count).statuses
    except (Exception, BaseExceptionGroup) as found:  # noqa: BLE001 - whatever Schemathesis makes of an answer
        fault = str(found).partition("\n\n")[0]
    kinds = ", ".join(f"{status}: {number:,}" for status, number in sorted(statuses.items()))
    ledger.note(
        "A15", "The interface for programs answers as it is described",
        f"{count:,} requests made up by Schemathesis from our OpenAPI, fitting it and not, every role and nobody "
        f"({kinds})", fault or "0 answered otherwise, 0 server errors", "0", not fault,
    )  # fmt: skip


def test_a_ranking_comes_in_pages_in_the_order_of_the_table(world: Any, records: dict[str, Target]) -> None:
    viewer = world.own("leader", "220102")
    path = f"{BASE}/editions/{records['edition'].id}/ranking"
    whole = viewer.ask("GET", path).json["items"]
    parts = [one for page in pages_of(viewer, f"{path}?limit=9") for one in page["items"]]
    assert parts == whole
    for group in {one["group"] for one in whole}:
        ranks = [one["rank"] for one in whole if one["group"] == group and one["rank"] is not None]
        assert ranks == sorted(ranks)


def test_a_score_is_exact_text_and_leads_to_its_explanation(world: Any, records: dict[str, Target]) -> None:
    viewer = world.own("assessment_office", "220102")
    score = viewer.ask("GET", f"{BASE}/scores/{records['scorecard'].id}").json
    assert str(Decimal(score["total"])) == score["total"]
    explained = viewer.ask("GET", score["explanation"]).json
    assert explained["rank"]["total"]["published"] == score["total"]
    assert explained["rank"]["rank"] == score["rank"]


@pytest.fixture
def photographed(world: Any) -> Iterator[tuple[Adjustment, int]]:
    """An adjustment that counts and comes from a finding, which has a photograph now, and the scorecard it entered."""
    with world.frame.write() as session:
        adjustment, card_id = session.execute(
            select(Adjustment, Scorecard.id)
            .join(Edition, Edition.period_id == Adjustment.period_id)
            .join(Scorecard, (Scorecard.edition_id == Edition.id) & (Scorecard.unit_id == Adjustment.unit_id))
            .where(Adjustment.origin_kind == "finding", Adjustment.state == "confirmed")
            .where(Edition.state == EditionState.APPROVED.value)
            .order_by(Adjustment.id)
            .limit(1)
        ).one()  # fmt: skip
        photograph = FindingEvidence(finding_id=int(adjustment.origin_id), sha256="e" * 64, name="门岗.jpg",
                                     mime="image/jpeg", size=3)  # fmt: skip
        session.add(photograph)
        session.flush()
        session.expunge(adjustment)
    yield adjustment, card_id
    with world.frame.write() as session:
        session.delete(session.get_one(FindingEvidence, photograph.id))


def test_an_explanation_names_the_files_under_an_adjustment(world: Any, photographed: tuple[Adjustment, int]) -> None:
    adjustment, card_id = photographed
    found = world.own("assessment_office", "220102").ask("GET", f"{BASE}/scores/{card_id}/explanation").json
    told = {one["record"]: one for one in found["rank"]["total"]["adjustments"]}[f"adjustment {adjustment.id}"]
    assert told["evidence"] == [{"name": "门岗.jpg", "sha256": "e" * 64}]
    assert told["rests_on"] == [["finding", adjustment.origin_id]]
    assert (told["clause"], Decimal(told["points"])) == (adjustment.clause, adjustment.points)


def test_what_is_unchanged_is_not_sent_again(world: Any) -> None:
    viewer = world.own("leader", "220102")
    first = viewer.ask("GET", f"{BASE}/periods")
    again = viewer.ask("GET", f"{BASE}/periods", **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_bulletins_data_is_what_the_public_page_gives(world: Any, records: dict[str, Target]) -> None:
    viewer = world.own("leader", "220102")
    told = viewer.ask("GET", f"{BASE}/bulletins/{records['bulletin'].id}").json
    assert len(told["documents"]["zh"]) == 64
    assert viewer.ask("GET", told["data"]).data.count(b"\n") > 3
    assert viewer.ask("GET", told["page"]).status_code == 200


def test_a_bulletins_paper_is_the_one_whose_hash_it_states(world: Any, records: dict[str, Target]) -> None:
    viewer = world.own("leader", "220102")
    told = viewer.ask("GET", f"{BASE}/bulletins/{records['bulletin'].id}").json
    for language in ("zh", "en"):
        paper = viewer.ask("GET", told["papers"][language])
        assert sha256(paper.data).hexdigest() == told["documents"][language]
        assert f".{language}.pdf" in paper.headers["Content-Disposition"]


def test_every_resource_needs_its_own_scope(world: Any, records: dict[str, Target]) -> None:
    viewer = world.own("leader", "220102")
    for route in (one for one in ROUTES if one.resource):
        with world.frame.write() as session:
            token = session.scalars(select(ApiToken).where(ApiToken.token_hash == fingerprint(viewer.bearer))).one()
            kept = token.resources
            token.resources = " ".join(one for one in kept.split() if one != route.resource)
        path = BASE + route.path.replace("{id}", str(records[kind_of(route)].id) if route.is_of_record else "")
        status = viewer.ask("GET", path).status_code
        with world.frame.write() as session:
            row = session.scalars(select(ApiToken).where(ApiToken.token_hash == fingerprint(viewer.bearer))).one()
            row.resources, row.last_used_at = kept, clock.system_now() + timedelta(days=1)
        assert status == 403, route.name


@pytest.mark.parametrize("route", [one for one in ROUTES if one.is_list], ids=lambda route: route.name)
def test_a_list_asks_five_questions_at_most_beyond_the_door(
    world: Any, records: dict[str, Target], route: Route
) -> None:
    path = BASE + route.path.replace("{id}", str(records["edition"].id))
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("SELECT"):
            asked.append(statement)

    viewer = world.own("administrator" if route.name == "units" else "assessment_office", "220102")
    viewer.ask("GET", path)
    event.listen(world.frame.engine, "before_cursor_execute", note)
    try:
        viewer.ask("GET", path)
    finally:
        event.remove(world.frame.engine, "before_cursor_execute", note)
    door = max((n for n, one in enumerate(asked) if "JOIN holding" in one or "FROM holding" in one), default=0)
    assert len(asked[door + 1 :]) <= 5, asked[door + 1 :]

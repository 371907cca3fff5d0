"""A bulletin from draft to withdrawal: every transition goes once, and is refused once."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from assessment.bulletins import queries, services
from assessment.bulletins.models import Bulletin, BulletinNumber, BulletinState
from assessment.bulletins.papers import render_bulletin
from assessment.bulletins.process import BULLETIN
from assessment.bulletins.services import BULLETIN_FILES, NewAmount, NewMention, NewRequirement
from assessment.bulletins.verification import Heads, Outcome, head_of, number_of, verify
from assessment.cycles import services as cycles
from assessment.delivery.models import Paper
from assessment.foundation import audit, outbox
from assessment.foundation.db import make_engine
from assessment.foundation.errors import Invalid, NotNow, NotPermitted, OutOfDate, Refusal
from assessment.foundation.filestore import FileStore
from assessment.foundation.frame import Frame
from assessment.foundation.i18n import Bilingual
from assessment.foundation.paper.signature import Signer, ensure_signer, sign
from assessment.programmes.models import PeriodState
from assessment.scoring.models import Edition
from support.months import JANUARY, Months, a_year, resumed
from support.needs import lacking

SIGNED_AT = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def january(tmp_path_factory: pytest.TempPathFactory, sqlite_databases) -> bytes:  # type: ignore[no-untyped-def]
    """A database in which January's results are approved: played once, copied for each test."""
    with sqlite_databases.fresh() as url:
        engine = make_engine(url)
        with Frame(engine).write() as session:
            a_year(session).approved("2012-01", JANUARY, {"220202": 2})
        engine.dispose()
        return Path(url.removeprefix("sqlite:///")).read_bytes()


class World(Months):
    """January approved, with its frame, store and signer."""

    frame: Frame
    store: FileStore
    signer: Signer
    documents: Path

    @property
    def edition(self) -> Edition:
        return self.session.scalars(select(Edition).where(Edition.state == "approved")).one()

    def published(self) -> Bulletin:
        bulletin = self.submitted(self.edition, self.store)
        self.approve_bulletin(bulletin)
        self.publish(bulletin)
        return bulletin

    def publish(self, bulletin: Bulletin) -> None:
        signed = services.prepare_publication(bulletin, self.store, self.signer, at=SIGNED_AT)
        cycles.publish(self.session, bulletin, self.act("office"), signed)
        self.session.flush()

    def files(self) -> list[str]:
        folder = self.documents / "bulletins"
        return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


@pytest.fixture
def world(january, tmp_path, store, signer):  # type: ignore[no-untyped-def]
    path = tmp_path / "january.sqlite3"
    path.write_bytes(january)
    engine = make_engine(f"sqlite:///{path}")
    frame = Frame(engine)
    with frame.write() as session:
        found = resumed(session, World)
        found.frame, found.store, found.signer, found.documents = frame, store, signer, tmp_path / "documents"
        yield found
    engine.dispose()


def refused(world: Months, bulletin: Bulletin, action: str, who: str, reason: str = "r") -> Refusal:
    """What the process says to this person now; the button says the same."""
    act = world.act(who, reason)
    with pytest.raises(Refusal) as raised:
        BULLETIN.perform(world.session, bulletin, action, act)
    assert action not in [o.action for o in BULLETIN.available(world.session, bulletin, act) if o.is_open]
    return raised.value


# --- drafting ------------------------------------------------------------------------------------------------------


def test_a_draft_says_what_the_edition_says_in_both_languages(world: World) -> None:
    bulletin = services.draft(world.session, world.act("office"), world.edition)
    world.session.flush()
    chinese, english = (queries.content_of(world.session, bulletin, language) for language in ("zh", "en"))
    assert bulletin.title_zh == "关于2012年1月视频监控建设考核结果的通报"
    assert [group.name for group in english.groups] == ["Prefectures", "Counties"]
    for mine, theirs in zip(chinese.groups, english.groups, strict=True):
        assert [(row.rank, row.score) for row in mine.rows] == [(row.rank, row.score) for row in theirs.rows]
    cards = {card.name_en: card for card in queries.facts_of(world.session, bulletin).cards}
    for row in english.groups[1].rows:
        assert row.score == f"{cards[row.unit].total:.2f}"
    late = next(row for row in english.groups[1].rows if row.unit == "Eta County")
    assert "late" in late.marks
    assert "illustrative" in english.sample
    assert len(chinese.overall) == len(english.overall) >= 4


def test_what_other_rooms_hand_in_is_printed(world: World) -> None:
    unit_id = world.province.unit("220202").id
    bulletin = services.draft(
        world.session, world.act("office"), world.edition,
        problems=[NewMention(unit_id, Bilingual("隐患F-1未整改", "Hazard F-1 is open."), (("finding", 1),))],
        amounts=[NewAmount(unit_id, Bilingual("第八条", "Article 8"), Bilingual("60万元", "600,000 yuan"))],
        requirements=[NewRequirement(Bilingual("整改", "Remedy"), Bilingual("庚县", "Eta County"), date(2012, 4, 2))],
    )  # fmt: skip
    content = queries.content_of(world.session, bulletin, "en")
    assert (content.problems[0].unit, content.problems[0].text) == ("Eta County", "Hazard F-1 is open.")
    assert content.amounts[0].amount == "600,000 yuan"
    assert content.requirements[0].owner == "Eta County"


def test_only_the_best_are_commended(world: World) -> None:
    bulletin = services.draft(world.session, world.act("office"), world.edition)
    cards = queries.facts_of(world.session, bulletin).cards
    named = {one["unit"]["en"] for one in bulletin.sections["commended"]}
    assert named
    last = [card.name_en for card in cards if card.band == "failed" or card.rank == 4]
    assert not named & set(last)


def test_a_bulletin_is_drafted_once_by_the_office_and_from_approved_results(world: World) -> None:
    with pytest.raises(NotPermitted):
        services.draft(world.session, world.act("leader"), world.edition)
    services.draft(world.session, world.act("office"), world.edition)
    world.session.flush()
    with pytest.raises(NotNow, match="have a bulletin already"):
        services.draft(world.session, world.act("office"), world.edition)
    provisional = Edition(state="provisional")
    with pytest.raises(NotNow, match="Approve the period's results first"):
        services.draft(world.session, world.act("office"), provisional)


def test_people_edit_words_in_both_languages_and_no_figures(world: World) -> None:
    bulletin = services.draft(world.session, world.act("office"), world.edition)
    world.session.flush()
    office = world.act("office")
    services.edit(
        world.session, bulletin, office, title=Bilingual("甲", "A"), sections={"overall": {"zh": ["一"], "en": ["One"]}}
    )
    assert queries.content_of(world.session, bulletin, "zh").overall == ("一",)
    with pytest.raises(Invalid, match="same number of paragraphs"):
        services.edit(world.session, bulletin, office, sections={"overall": {"zh": ["一"], "en": []}})
    with pytest.raises(Invalid, match="no section"):
        services.edit(world.session, bulletin, office, sections={"amounts": []})
    with pytest.raises(Invalid, match="both languages"):
        services.edit(world.session, bulletin, office, title=Bilingual("", "A"))
    with pytest.raises(Invalid, match="both languages"):
        bad = [{"text": {"zh": "一", "en": ""}, "owner": {}, "due": None}]
        services.edit(world.session, bulletin, office, sections={"requirements": bad})
    refused(world, bulletin, "edit", "leader")


# --- submission ----------------------------------------------------------------------------------------------------


def test_submission_fixes_number_date_head_and_both_bodies(world: World) -> None:
    bulletin = world.submitted(world.edition, world.store)
    assert bulletin.number == "公通〔2012〕1号"
    assert bulletin.dated == date(2012, 2, 27), "the day in the programme's zone"
    for language, name in (("zh", bulletin.body_zh), ("en", bulletin.body_en)):
        content = queries.content_of(world.session, bulletin, language)
        assert hashlib.sha256(render_bulletin(content)).hexdigest() == name
    refused(world, bulletin, "submit", "office")
    refused(world, bulletin, "edit", "office")


def test_a_stored_bulletin_is_rendered_the_same_after_the_world_moved_on(world: World) -> None:
    bulletin = world.submitted(world.edition, world.store)
    world.programme.title_zh, world.programme.is_illustrative = "别的", False
    world.session.flush()
    content = queries.content_of(world.session, bulletin, "zh")
    assert hashlib.sha256(render_bulletin(content)).hexdigest() == bulletin.body_zh


def test_a_number_given_out_in_the_meantime_is_found_out(world: World) -> None:
    bulletin = services.draft(world.session, world.act("office"), world.edition)
    world.session.flush()
    prepared = services.prepare_submission(world.session, bulletin, world.store, at=world.now)
    taken = BulletinNumber(
        programme_id=bulletin.programme_id, year=2012, ordinal=1, number="公通〔2012〕1号", bulletin_id=bulletin.id
    )
    world.session.add(taken)
    world.session.flush()
    with pytest.raises(OutOfDate, match="given out in the meantime"):
        services.submit(world.session, bulletin, world.act("office"), prepared)


def test_a_draft_changed_while_it_was_rendered_is_found_out(world: World) -> None:
    bulletin = services.draft(world.session, world.act("office"), world.edition)
    world.session.flush()
    prepared = services.prepare_submission(world.session, bulletin, world.store, at=world.now)
    services.edit(world.session, bulletin, world.act("office"), title=Bilingual("乙", "B"))
    world.session.flush()
    with pytest.raises(OutOfDate, match="was changed"):
        services.submit(world.session, bulletin, world.act("office"), prepared)


def test_only_a_draft_is_prepared_and_only_with_a_known_head(world: World) -> None:
    bulletin = services.draft(world.session, world.act("office"), world.edition)
    world.session.flush()
    prepared = services.prepare_submission(world.session, bulletin, world.store, at=world.now)
    with pytest.raises(OutOfDate, match="audit trail"):
        services.submit(world.session, bulletin, world.act("office"), replace(prepared, audit_head="f" * 64))
    refused(world, bulletin, "submit", "leader")
    services.submit(world.session, bulletin, world.act("office"), prepared)
    with pytest.raises(NotNow, match="Only a draft"):
        services.prepare_submission(world.session, bulletin, world.store, at=world.now)


# --- approval ------------------------------------------------------------------------------------------------------


def test_the_leader_approves_exactly_what_was_submitted(world: World) -> None:
    bulletin = world.submitted(world.edition, world.store)
    leader = world.act("leader")
    with pytest.raises(OutOfDate, match="not the documents"):
        services.approve(world.session, bulletin, leader, seen_zh="0" * 64, seen_en=bulletin.body_en)
    refused(world, bulletin, "approve", "office")
    services.approve(world.session, bulletin, leader, seen_zh=bulletin.body_zh, seen_en=bulletin.body_en)
    assert bulletin.state == BulletinState.APPROVED
    refused(world, bulletin, "approve", "leader")


def test_whoever_drafted_a_bulletin_does_not_approve_it(world: World) -> None:
    bulletin = world.submitted(world.edition, world.store)
    bulletin.drafted_by = world.act("leader").by.key
    assert "somebody else" in str(refused(world, bulletin, "approve", "leader"))


def test_whoever_changed_a_bulletin_in_an_earlier_turn_does_not_approve_it(world: World) -> None:
    bulletin = world.submitted(world.edition, world.store)
    services.return_bulletin(world.session, bulletin, world.act("leader", "Name the responsible body."))
    editor = world.act("leader")
    audit.record(world.session, editor, "edit", bulletin)
    services.edit(world.session, bulletin, world.act("office"), title=Bilingual("丙", "C"))
    world.session.flush()
    audit.link(world.session)
    world.submit(bulletin, world.store)
    assert "had a hand in the text" in str(refused(world, bulletin, "approve", "leader"))


def test_a_returned_bulletin_keeps_its_number_unused_and_gets_another(world: World) -> None:
    bulletin = world.submitted(world.edition, world.store)
    with pytest.raises(Invalid, match="needs a reason"):
        services.return_bulletin(world.session, bulletin, world.act("leader"))
    refused(world, bulletin, "return_bulletin", "office")
    services.return_bulletin(world.session, bulletin, world.act("leader", "Name the responsible body."))
    assert (bulletin.state, bulletin.remarks) == (BulletinState.RETURNED, "Name the responsible body.")
    services.edit(world.session, bulletin, world.act("office"), title=Bilingual("丙", "C"))
    world.session.flush()
    world.submit(bulletin, world.store)
    assert bulletin.number == "公通〔2012〕2号"
    kept = [(row.number, row.is_unused) for row in queries.numbers(world.session)]
    assert kept == [("公通〔2012〕2号", False), ("公通〔2012〕1号", True)]
    refused(world, bulletin, "publish", "office")


def test_results_that_stand_no_more_stop_the_bulletin(world: World) -> None:
    bulletin = world.submitted(world.edition, world.store)
    world.approve_bulletin(bulletin)
    edition = world.edition
    setattr(edition, "state", "superseded")  # noqa: B010 - as `scoring` would by its own process
    world.session.flush()
    assert "Draft it anew" in str(refused(world, bulletin, "publish", "office"))


# --- publication ---------------------------------------------------------------------------------------------------


def test_publishing_serves_every_unit_and_publishes_the_period(world: World) -> None:
    bulletin = world.published()
    assert bulletin.state == BulletinState.PUBLISHED
    assert world.periods["2012-01"].state == PeriodState.PUBLISHED
    papers = list(world.session.scalars(select(Paper).where(Paper.kind == "bulletin")))
    assert len(papers) == 6
    assert {(paper.number, paper.document) for paper in papers} == {(bulletin.number, bulletin.signed_zh)}
    refused(world, bulletin, "publish", "office")


def test_the_signed_file_begins_with_the_approved_body(world: World) -> None:
    bulletin = world.published()
    for body, signed in ((bulletin.body_zh, bulletin.signed_zh), (bulletin.body_en, bulletin.signed_en)):
        assert world.store.path(signed).read_bytes().startswith(world.store.path(body).read_bytes())


def test_what_was_signed_must_be_what_was_approved(world: World) -> None:
    bulletin = world.submitted(world.edition, world.store)
    with pytest.raises(NotNow, match="Only an approved"):
        services.prepare_publication(bulletin, world.store, world.signer, at=SIGNED_AT)
    world.approve_bulletin(bulletin)
    signed = services.prepare_publication(bulletin, world.store, world.signer, at=SIGNED_AT)
    bulletin.body_en = "0" * 64
    with pytest.raises(OutOfDate, match="not what was approved"):
        cycles.publish(world.session, bulletin, world.act("office"), signed)
    refused(world, bulletin, "publish", "leader")


def test_a_damaged_document_is_not_signed(world: World) -> None:
    bulletin = world.submitted(world.edition, world.store)
    world.approve_bulletin(bulletin)
    path = world.store.path(bulletin.body_zh)
    path.chmod(0o640)
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(NotNow, match="not the one that was approved"):
        services.prepare_publication(bulletin, world.store, world.signer, at=SIGNED_AT)


def test_a_publication_that_fails_half_way_leaves_nothing(world: World) -> None:
    bulletin = world.submitted(world.edition, world.store)
    world.approve_bulletin(bulletin)
    signed = services.prepare_publication(bulletin, world.store, world.signer, at=SIGNED_AT)
    world.session.commit()
    setattr(world.periods["2012-01"], "state", PeriodState.CANCELLED.value)  # noqa: B010
    with pytest.raises(NotNow):
        cycles.publish(world.session, bulletin, world.act("office"), signed)
    world.session.rollback()
    world.session.info.pop("trail", None)
    assert world.session.get_one(Bulletin, bulletin.id).state == BulletinState.APPROVED
    assert not world.session.scalars(select(Paper).where(Paper.kind == "bulletin")).all()
    assert not world.session.scalars(select(outbox.OutboxItem).where(outbox.OutboxItem.kind == BULLETIN_FILES)).all()


def test_the_folder_holds_exactly_the_published_bulletins(world: World) -> None:
    bulletin = world.published()
    world.session.flush()
    audit.link(world.session)
    world.session.commit()
    handlers = {BULLETIN_FILES: services.folder_handler(world.frame, world.store, world.documents)}
    assert outbox.work(world.frame, handlers) == 1
    assert world.files() == ["公通〔2012〕1号.en.pdf", "公通〔2012〕1号.zh.pdf"]
    assert services.settle_folder(world.frame, world.store, world.documents) == (0, 0)
    kept = world.documents / "bulletins" / "公通〔2012〕1号.zh.pdf"
    kept.write_bytes(b"damaged")
    (world.documents / "bulletins" / "other.zh.pdf").write_bytes(b"strange")
    assert services.settle_folder(world.frame, world.store, world.documents) == (1, 1)
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == bulletin.signed_zh
    services.withdraw(world.session, bulletin, world.act("leader", "wrong addressees"))
    world.session.commit()
    assert outbox.work(world.frame, handlers) == 1
    assert world.files() == []


def test_file_names_hold_safe_characters_only() -> None:
    assert queries.file_stem("吉公通〔2012〕12号") == "吉公通〔2012〕12号"
    assert queries.file_stem("../a b/c:*") == "a-b-c"
    assert queries.file_stem("//") == "bulletin"


def test_a_published_bulletin_is_withdrawn_by_a_leader_with_the_reason(world: World) -> None:
    bulletin = world.published()
    refused(world, bulletin, "withdraw", "office")
    services.withdraw(world.session, bulletin, world.act("leader", "wrong addressees"))
    assert bulletin.state == BulletinState.WITHDRAWN
    refused(world, bulletin, "withdraw", "leader")
    world.session.flush()
    again = world.submitted(world.edition, world.store)
    world.approve_bulletin(again)
    world.publish(again)
    assert (again.number, again.attempt) == ("公通〔2012〕2号", 2)


def test_a_corrigendum_supersedes_what_it_corrects(world: World) -> None:
    bulletin = world.published()
    refused(world, bulletin, "supersede", "leader")
    edition = world.edition
    after = Edition(
        period_id=edition.period_id, number=edition.number + 1, scheme_version_id=edition.scheme_version_id,
        computed_at=world.now,
        computed_by="x", cut_off=edition.cut_off, method=edition.method, inputs=edition.inputs,
        inputs_sha256=edition.inputs_sha256, results_sha256=edition.results_sha256, version=1,
    )  # fmt: skip
    setattr(after, "state", "approved")  # noqa: B010
    world.session.add(after)
    world.session.flush()
    wrong = services.draft(
        world.session, world.act("office"), after, corrects=bulletin, corrections=[Bilingual("改", "Changed")]
    )
    world.session.flush()
    world.submit(wrong, world.store)
    world.approve_bulletin(wrong)
    world.publish(wrong)
    assert bulletin.state == BulletinState.SUPERSEDED
    assert wrong.title_zh.startswith("关于更正")
    assert queries.content_of(world.session, wrong, "en").corrections == ("Changed",)
    refused(world, bulletin, "supersede", "office")


# --- reading and checking ------------------------------------------------------------------------------------------


def test_drafts_are_seen_by_those_who_work_on_them_and_published_ones_by_all(world: World) -> None:
    bulletin = world.submitted(world.edition, world.store)
    county = world.act("officer-220101").by
    assert not queries.may_see(world.session, bulletin, county)
    assert queries.all_of(world.session, unit_ids=[]) == []
    assert all(queries.may_see(world.session, bulletin, world.act(who).by) for who in ("office", "leader", "auditor"))
    assert queries.by_number(world.session, bulletin.number) is None
    world.approve_bulletin(bulletin)
    world.publish(bulletin)
    assert queries.may_see(world.session, bulletin, county)
    assert queries.by_number(world.session, " 公通[2012] 1号") is bulletin
    assert queries.by_number(world.session, "") is None
    assert queries.by_document(world.session, bulletin.signed_en) == (bulletin, "en")
    assert queries.by_document(world.session, "0" * 64) is None
    assert queries.of_period(world.session, world.periods["2012-01"].id) == [bulletin]


@pytest.fixture
def pdf(world: World) -> bytes:
    return world.store.path(world.published().signed_zh).read_bytes()


def outcomes(lines: list) -> dict[str, str]:  # type: ignore[type-arg]
    return {line.name: line.outcome.value for line in lines}


def test_a_published_bulletin_verifies_with_its_log(world: World, pdf: bytes) -> None:
    world.session.flush()
    audit.link(world.session)
    lines = verify(pdf, world.signer.certificate, audit.export(world.session))
    assert set(outcomes(lines).values()) == {"ok"}, [str(line) for line in lines]
    assert (number_of(pdf), len(head_of(pdf))) == ("公通〔2012〕1号", 64)


def test_without_certificate_or_log_what_is_not_known_is_said(world: World, pdf: bytes) -> None:
    lines = verify(pdf, None, None)
    assert outcomes(lines) == {
        "signature": "ok", "signer": "not checked", "attachment": "ok", "ranking": "ok",
        "head": "not checked", "chain": "not checked",
    }  # fmt: skip


def test_every_forgery_is_reported_for_what_it_is(world: World, pdf: bytes, tmp_path: Path) -> None:
    certificate = world.signer.certificate
    flipped = bytearray(pdf)
    flipped[len(pdf) // 3] ^= 1
    assert outcomes(verify(bytes(flipped), certificate, None))["signature"] == "failed"
    assert outcomes(verify(pdf + b"\n", certificate, None))["signature"] == "failed"
    other = ensure_signer(tmp_path / "other", "Somebody", SIGNED_AT)
    lines = outcomes(verify(pdf, other.certificate, None))
    assert (lines["signature"], lines["signer"]) == ("ok", "failed")
    assert outcomes(verify(pdf, other.certificate, None, trusting=False))["ranking"] == "not checked"
    assert outcomes(verify(b"no pdf", certificate, None))["signature"] == "failed"
    body = world.store.path(world.session.scalars(select(Bulletin)).one().body_zh).read_bytes()
    assert outcomes(verify(body, certificate, None))["signer"] == "failed"


def test_a_ranking_that_does_not_follow_from_its_inputs_is_named(world: World) -> None:
    bulletin = world.submitted(world.edition, world.store)
    content = queries.content_of(world.session, bulletin, "en")
    snapshot = json.loads(content.snapshot)
    snapshot["ranking"][0]["rank"] = 2
    forged = render_bulletin(replace(content, snapshot=json.dumps(snapshot)))
    line = next(line for line in verify(forged, None, None) if line.name == "ranking")
    assert line.outcome is Outcome.FAILED
    assert snapshot["ranking"][0]["unit"] in str(line)
    snapshot["inputs"] += " "
    forged = render_bulletin(replace(content, snapshot=json.dumps(snapshot)))
    assert outcomes(verify(forged, None, None))["attachment"] == "failed"
    bare = render_bulletin(replace(content, snapshot=""))
    assert outcomes(verify(bare, None, None))["attachment"] == "failed"


def test_a_cut_or_changed_trail_is_found_with_the_printed_head(world: World, pdf: bytes) -> None:
    world.session.flush()
    audit.link(world.session)
    rows = list(audit.export(world.session))
    head = head_of(pdf)
    before = next(place for place, row in enumerate(rows) if row["hash"] == head)
    assert outcomes(verify(pdf, None, iter(rows[:before])))["head"] == "failed"
    rows[3] = {**rows[3], "reason": "another"}
    lines = verify(pdf, None, iter(rows))
    assert outcomes(lines)["chain"] == "failed"
    assert re.search(r"seq 4", str(lines[-1]))
    assert outcomes(verify(None, None, iter(rows)))["signature"] == "not checked"


def test_a_bulletin_with_an_older_head_is_told_from_the_one_that_was_submitted(world: World) -> None:
    """Rendered anew with a head of the same trail, and signed with the very key: the trail remembers which it was."""
    bulletin = world.published()
    world.session.flush()
    audit.link(world.session)
    rows = list(audit.export(world.session))
    older = rows[2]["hash"]
    content = queries.content_of(world.session, bulletin, "zh")
    snapshot = json.dumps({**json.loads(content.snapshot), "head": older})
    forged = sign(render_bulletin(replace(content, snapshot=snapshot, audit_head=older)), world.signer, "x", SIGNED_AT)
    lines = verify(forged, world.signer.certificate, iter(rows))
    assert outcomes(lines) == {
        "signature": "ok", "signer": "ok", "attachment": "ok", "ranking": "ok", "head": "failed", "chain": "ok",
    }  # fmt: skip
    assert "act 3 of the log; 公通〔2012〕1号 was submitted with another" in str(lines[-2])
    heads = Heads(lambda head: queries.place_in_trail(world.session, head), lambda _number: bulletin.audit_head)
    assert outcomes(verify(forged, world.signer.certificate, None, heads=heads))["head"] == "failed"
    genuine = world.store.path(bulletin.signed_zh).read_bytes()
    assert outcomes(verify(genuine, world.signer.certificate, None, heads=heads))["head"] == "ok"


def test_a_changed_attachment_is_found_though_the_file_is_signed_again(world: World) -> None:
    bulletin = world.published()
    content = queries.content_of(world.session, bulletin, "en")
    for changed in (
        replace(content, data=content.data.replace(content.groups[0].rows[0].score, "100.00", 1)),
        replace(content, snapshot=content.snapshot.replace('"rank":1', '"rank":2', 1)),
    ):
        forged = sign(render_bulletin(changed), world.signer, "x", SIGNED_AT)
        found = outcomes(verify(forged, world.signer.certificate, None))
        assert found["signature"] == "ok"
        assert "failed" in (found["attachment"], found["ranking"])


def test_the_signed_files_are_sound_to_other_programs(world: World, pdf: bytes, tmp_path: Path) -> None:
    (tmp_path / "b.pdf").write_bytes(pdf)
    for program, package in (("qpdf", "qpdf"), ("pdfsig", "poppler-utils")):
        if shutil.which(program) is None:
            lacking(f"{program} is not installed here (package {package}).")
    checked = subprocess.run(["qpdf", "--check", tmp_path / "b.pdf"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "No syntax or stream encoding errors found" in checked.stdout
    seen = subprocess.run(["pdfsig", tmp_path / "b.pdf"], capture_output=True, text=True, check=False).stdout
    assert "Signature Validation: Signature is Valid." in seen
    assert "Total document signed" in seen
    assert "ETSI.CAdES.detached" in seen


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_hundred_renderings_are_the_same_bytes_and_the_signed_file_begins_with_them(
    world: World, language: str
) -> None:
    bulletin = world.published()
    content = queries.content_of(world.session, bulletin, language)
    name = getattr(bulletin, f"body_{language}")
    assert {hashlib.sha256(render_bulletin(content)).hexdigest() for _ in range(100)} == {name}
    body = world.store.path(name).read_bytes()
    assert world.store.path(getattr(bulletin, f"signed_{language}")).read_bytes()[: len(body)] == body

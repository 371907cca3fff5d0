"""Draws that anyone makes again: by thirty independent lines, by the command, by the public record."""

import json
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from assessment.faces.cli.draw import commands
from assessment.foundation.errors import Invalid, NotNow
from assessment.foundation.frame import Frame
from assessment.inspections import draws, queries, services
from assessment.inspections.models import Campaign, CampaignRecusal
from assessment.inspections.rules.lots import Lots, rate_of
from support import inspections as given
from support.web import site

DOCS = Path(__file__).parents[2] / "docs" / "draws.md"
SEED = given.SEED


def script(folder: Path) -> Path:
    """The thirty lines, cut out of the documentation as a reader would."""
    found = re.search(r"```python\n(.+?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    assert len(found[1].splitlines()) <= 30
    path = folder / "recompute.py"
    path.write_text(found[1], encoding="utf-8")
    return path


def recomputed(folder: Path, records: dict[str, object]) -> dict[str, str]:
    for name, record in records.items():
        (folder / name).write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    answer = subprocess.run(
        [sys.executable, "-I", str(script(folder)), *records], cwd=folder, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
    return dict(line.split(" ", 1) for line in answer.stdout.splitlines())


def invented(chance: random.Random) -> Lots:
    """Rolls as they come: Chinese codes, odd characters, strata that are nearly empty, many recusals."""
    count = chance.randint(1, 40)
    strata = chance.choice([[""], ["high", "low"], ["高", "中", "低,零"]])
    things = {f"{chance.choice(['A', '吉', 'ü,', 'z'])}{n:02d}": chance.choice(strata) for n in range(count)}
    people = {f"{n:02d}": chance.random() < 0.5 for n in range(chance.randint(4, 12))}
    pairs = [(one, thing) for one in people for thing in things]
    barred = frozenset(chance.sample(pairs, chance.randint(0, min(6, len(pairs)))))
    rates = {one: chance.choice(["3/10", "1/100", "1", "7/9"]) for one in strata} if chance.random() < 0.4 else {}
    return Lots(things, people, barred, chance.randint(1, count), chance.choice([2, 3]), rates)


def test_a_thousand_draws_equal_the_independent_script(tmp_path: Path) -> None:
    chance, records = random.Random(2015_58), {}
    for number in range(1000):
        lots = invented(chance)
        seed = "".join(chance.choices("0123456789", k=20))
        hashes = {"population_hash": lots.population_hash, "inputs_hash": lots.inputs_hash, "seed": seed}
        records[f"{number:04d}.json"] = {**hashes, **lots.as_json(lots.draw(seed))}
    answers = recomputed(tmp_path, records)
    assert len(answers) == 1000
    assert set(answers.values()) == {"same"}


def test_the_script_finds_what_was_altered(tmp_path: Path) -> None:
    lots = Lots({f"{n}": "" for n in range(9)}, {"01": True, "02": False, "03": True}, frozenset(), 4)
    told = lots.as_json(lots.draw(SEED))
    whole = {"population_hash": lots.population_hash, "inputs_hash": lots.inputs_hash, "seed": SEED, **told}
    swapped = [*whole["drawn"][1:], whole["drawn"][0]]
    answers = recomputed(tmp_path, {
        "seed.json": {**whole, "seed": SEED[::-1]},
        "objects.json": {**whole, "objects": whole["objects"][1:]},
        "leads.json": {**whole, "inspectors": [{**one, "may_lead": True} for one in whole["inspectors"]]},
        "order.json": {**whole, "drawn": swapped},
    })  # fmt: skip
    assert answers == {
        "seed.json": "differs at 1", "objects.json": "other objects", "leads.json": "other inputs",
        "order.json": "differs at 1",
    }  # fmt: skip


def drawn_campaign(frame: Frame, **facts: int) -> tuple[int, dict[str, object]]:
    with frame.write() as session:
        world = given.make_campaigning(session)
        world.province.officer("inspector-3", "locality_officer", "220101")
        given.under_way(world, **facts)
        return world.campaign.id, draws.record_of(session, world.campaign)


def test_a_campaigns_record_is_recomputed_by_the_script_and_by_the_command(frame: Frame, tmp_path: Path) -> None:
    campaign_id, record = drawn_campaign(frame, sample=5, per_county=3)
    assert recomputed(tmp_path, {"record.json": record}) == {"record.json": "same"}
    with frame.read() as session:
        lots = draws.lots_of(session, session.get_one(Campaign, campaign_id))
        teams = queries.teams_of(session, [one.id for one in queries.visits(session, campaign_id=campaign_id)])
    for name in lots.tables:
        (tmp_path / f"{name}.csv").write_text(lots.csv(name), encoding="utf-8")
    options = ["--size", "5", "--seed", SEED, "--inspectors", str(tmp_path / "inspectors.csv"), "--recusals",
               str(tmp_path / "recusals.csv")]  # fmt: skip
    answer = CliRunner().invoke(commands[0], [str(tmp_path / "objects.csv"), *options])
    assert answer.exit_code == 0, answer.stderr
    head, inputs, _columns, *lines = answer.stdout.splitlines()
    assert str(record["population_hash"]) in head
    assert str(record["inputs_hash"]) in inputs
    told = [f"{one['order']},{one['id']},{one['ticket']},{';'.join(one['inspectors'])}" for one in record["drawn"]]  # type: ignore[attr-defined]
    assert lines == told
    assert sorted(sorted(member.code for member in team) for team in teams.values()) == sorted(
        sorted(one["inspectors"])
        for one in record["drawn"]  # type: ignore[attr-defined]
    )


def test_strata_are_drawn_at_their_own_rates_by_the_command_as_well(tmp_path: Path) -> None:
    lots = Lots(
        {f"{n:02d}": "high" if n < 10 else "low" for n in range(60)}, {"01": True, "02": True}, frozenset(), 4,
        rates={"high": "3/10", "low": "1/100"},
    )  # fmt: skip
    drawn = lots.draw(SEED)
    assert sorted(lots.objects[one.id] for one in drawn) == ["high"] * 3 + ["low"]
    for name in lots.tables:
        (tmp_path / f"{name}.csv").write_text(lots.csv(name), encoding="utf-8")
    options = ["--rates", "rates.csv", "--strata", "stratum", "--inspectors", "inspectors.csv", "--seed", SEED]
    paths = [str(tmp_path / one) if one.endswith(".csv") else one for one in ["objects.csv", *options]]
    answer = CliRunner().invoke(commands[0], paths)
    assert [line.split(",")[1] for line in answer.stdout.splitlines()[3:]] == [one.id for one in drawn]


@pytest.mark.parametrize(("text", "rate"), [("30%", "3/10"), ("0.3", "3/10"), ("3/10", "3/10"), ("1", "1")])
def test_a_rate_is_written_in_three_ways(text: str, rate: str) -> None:
    assert str(rate_of(text)) == rate


@pytest.mark.parametrize("text", ["", "much", "-1", "2", "101%", "1/0", "٣"])
def test_what_is_no_rate_is_none(text: str) -> None:
    assert rate_of(text) is None


def test_a_stratum_without_a_rate_is_named_in_the_plan(frame: Frame) -> None:
    with frame.write() as session:
        world = given.make_campaigning(session)
        campaign = given.draft(world)
        campaign.rates = {"high": "3/10"}
        with pytest.raises(Invalid, match="has no rate"):
            services.set_rolls(
                session, campaign, world.act("office"),
                [services.NewObject("1", world.unit_id("220101"), campaign.title, "low")], [],
            )  # fmt: skip


def test_a_second_seed_and_a_second_draw_are_refused(frame: Frame) -> None:
    with frame.write() as session:
        world = given.make_campaigning(session)
        given.under_way(world)
        before = draws.record_of(session, world.campaign)
        for seed in (SEED[::-1], SEED):
            with pytest.raises(NotNow):
                services.draw(session, world.campaign, world.act("office"), seed)
    with frame.read() as session:
        assert draws.record_of(session, session.get_one(Campaign, world.campaign.id)) == {**before, "seed": SEED}


@pytest.mark.parametrize("spoil", ["stratum", "may_lead", "recusal"])
def test_anything_changed_after_the_hash_is_refused(frame: Frame, spoil: str) -> None:
    with frame.write() as session:
        world = given.make_campaigning(session)
        services.approve_campaign(session, given.draft(world), world.act("leader"))
        services.freeze_rolls(session, world.campaign, world.act("office"))
        if spoil == "stratum":
            queries.objects_of(session, world.campaign.id)[0].stratum = "high"
        elif spoil == "may_lead":
            queries.inspectors_of(session, world.campaign.id)[3].may_lead = True
        else:
            session.add(CampaignRecusal(campaign_id=1, inspector_id=1, object_id=1, reason="相识"))
        session.flush()
        with pytest.raises(NotNow, match="not the ones"):
            services.draw(session, world.campaign, world.act("office"), SEED)


def test_the_hash_is_public_before_the_seed_and_the_record_after_it(frame: Frame, tmp_path: Path) -> None:
    with frame.write() as session:
        world = given.make_campaigning(session)
        services.approve_campaign(session, given.draft(world), world.act("leader"))
    open_site = site(frame, tmp_path / "open", ASSESSMENT_PUBLIC="on").anonymous()
    assert open_site.get("/inspections/draws/1").status_code == 404  # nothing is frozen
    with frame.write() as session:
        campaign = session.get_one(Campaign, 1)
        world.session = session
        services.freeze_rolls(session, campaign, world.act("office"))
        fixed = campaign.population_hash
    page = open_site.get("/inspections/draws/1")
    assert page.status_code == 200
    assert fixed in page.text
    assert SEED not in page.text
    with frame.write() as session:
        world.session = session
        services.draw(session, session.get_one(Campaign, 1), world.act("office"), SEED)
    assert SEED in open_site.get("/inspections/draws/1").text
    assert "inspector-1" not in open_site.last.text  # persons by their codes only
    record = open_site.get("/inspections/draws/1/record.json").json
    assert recomputed(tmp_path, {"record.json": record}) == {"record.json": "same"}
    assert open_site.get("/inspections/draws/1/objects.csv").text.startswith("id,stratum\n")
    assert "2012-01" in open_site.get("/inspections/draws").text
    assert site(frame, tmp_path / "shut").anonymous().get("/inspections/draws/1").status_code == 404

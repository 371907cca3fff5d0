"""What is seen from outside: every fault by its name, figures without persons, lines that are found again."""

import io
import json
import logging
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import event, make_url, text

from assessment.cycles.models import DiaryEntry
from assessment.faces import logs
from assessment.faces.web.kit import signed_in
from assessment.faces.web.pages import health
from assessment.foundation import clock, schema
from assessment.foundation.db import make_engine
from assessment.foundation.frame import Frame
from assessment.foundation.outbox import OutboxItem
from assessment.foundation.paper.signature import CERTIFICATE_FILE, _self_signed
from assessment.foundation.settings import BadSetting
from support.web import Browser, SiteUnderTest, site

JSON = {"Accept": "application/json"}
GONE = {"sqlite": "sqlite:////nowhere/at/all.sqlite3", "postgresql": "postgresql://nobody@127.0.0.1:1/none"}


def wrong(place: SiteUnderTest) -> dict[str, str]:
    """The faults by name, as a machine is told."""
    answer = place.app.test_client().get("/readyz")
    told = {one["name"]: one["wrong"] for one in answer.json["checks"] if one["wrong"]}  # type: ignore[index]
    assert answer.status_code == (503 if told else 200)
    return told


@pytest.fixture
def sound(the_site: SiteUnderTest, tmp_path: Path) -> SiteUnderTest:
    """An installation in order: schema, a fresh heartbeat, a fresh backup, a certificate."""
    with the_site.frame.write() as db:
        db.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        db.execute(text("INSERT INTO alembic_version VALUES (:at)"), {"at": schema.expected()})
    the_site.app.extensions["assessment"]["expects_clock"] = True
    beat(the_site, timedelta())
    backup(tmp_path, timedelta())
    certify(tmp_path, clock.system_now())
    return the_site


def beat(place: SiteUnderTest, ago: timedelta) -> None:
    from assessment.cycles import clockwork

    with pytest.MonkeyPatch.context() as patched:
        then = clock.system_now() - ago
        patched.setattr(clock, "system_now", lambda: then)
        clockwork.beat(place.frame, "one")


def backup(instance: Path, ago: timedelta) -> None:
    folder = instance / "backups"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / f"{clock.system_now() - ago:%Y%m%dT%H%M%S}.tar.gz").write_bytes(b"x")


def certify(instance: Path, since: datetime) -> None:
    (instance / "keys").mkdir(exist_ok=True)
    made = _self_signed(ec.generate_private_key(ec.SECP256R1()), "Office", since)
    (instance / "keys" / CERTIFICATE_FILE).write_bytes(made.public_bytes(Encoding.PEM))


def waiting(place: SiteUnderTest, **facts: Any) -> None:
    now = clock.system_now()
    with place.frame.write() as db:
        known = {"kind": "mail", "payload": {"to": "olga@gov.example"}, "created_at": now, "not_before": now}
        db.add(OutboxItem(**{**known, **facts}))


def test_an_installation_in_order_is_ready(sound: SiteUnderTest) -> None:
    assert wrong(sound) == {}


def no_room(place: SiteUnderTest, instance: Path, patched: pytest.MonkeyPatch) -> None:
    patched.setattr(shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(10**12, 10**12, 5 * 2**20))


def dead_clock(place: SiteUnderTest, instance: Path, patched: pytest.MonkeyPatch) -> None:
    beat(place, timedelta(seconds=60))


def stuck_clock(place: SiteUnderTest, instance: Path, patched: pytest.MonkeyPatch) -> None:
    with place.frame.write() as db:
        then = clock.system_now() - timedelta(minutes=11)
        db.add(DiaryEntry(step="close", subject_kind="period", subject_id="1", planned_at=then, due_at=then))


def failing_mail(place: SiteUnderTest, instance: Path, patched: pytest.MonkeyPatch) -> None:
    waiting(place, key="sent", done_at=clock.system_now(), result="sent")
    waiting(place, key="stuck", attempts=1, failure="ConnectionRefusedError: no answer")


def old_backup(place: SiteUnderTest, instance: Path, patched: pytest.MonkeyPatch) -> None:
    backup(instance, timedelta(hours=27))


def ending_certificate(place: SiteUnderTest, instance: Path, patched: pytest.MonkeyPatch) -> None:
    certify(instance, clock.system_now() - timedelta(days=366 * 20 - 29))


def other_schema(place: SiteUnderTest, instance: Path, patched: pytest.MonkeyPatch) -> None:
    with place.frame.write() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '0001'"))


def read_only(place: SiteUnderTest, instance: Path, patched: pytest.MonkeyPatch) -> None:
    engine = place.frame.engine
    if engine.dialect.name == "sqlite":
        def refuse(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            if statement == "BEGIN IMMEDIATE":
                raise OSError("attempt to write a readonly database")

        event.listen(engine, "before_cursor_execute", refuse)
    else:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            name = connection.scalar(text("SELECT current_database()"))
            connection.execute(text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'))
        engine.dispose()


FAULTS: dict[Callable[..., None], tuple[str, str]] = {
    no_room: ("There is room on the disk", "Only 5 MB are free"),
    dead_clock: ("The clock is running", "No clock has ticked within 55 seconds"),
    stuck_clock: ("The clock keeps up", "due for 11 minutes"),
    failing_mail: ("Mail leaves", "1 messages wait"),
    old_backup: ("A backup was made within a day", "27 hours old"),
    ending_certificate: ("The certificate that bulletins are signed with is good", "The certificate ends on"),
    other_schema: ("The database fits this version of the software", "stands at “0001”"),
    read_only: ("The database can be written", ""),
}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_every_fault_is_named_at_the_next_look(
    sound: SiteUnderTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Callable[..., None]
) -> None:
    fault(sound, tmp_path, monkeypatch)
    found, (name, sentence) = wrong(sound), FAULTS[fault]
    assert list(found) == [name]
    assert sentence in found[name]


def test_a_message_that_waits_while_others_get_through_is_no_fault(sound: SiteUnderTest) -> None:
    waiting(sound, key="stuck", attempts=1, failure="ConnectionError: the mail server answered 450 later")
    waiting(sound, key="sent", done_at=clock.system_now(), result="sent")
    assert wrong(sound) == {}


@pytest.fixture
def without_database(frame: Frame, tmp_path: Path) -> Iterator[SiteUnderTest]:
    engine = make_engine(GONE[make_url(frame.engine.url).get_backend_name()])
    yield site(Frame(engine), tmp_path)
    engine.dispose()


def test_a_database_that_is_gone_is_named_to_machines_and_people(without_database: SiteUnderTest) -> None:
    assert "The database can be written" in wrong(without_database)
    client = without_database.app.test_client()
    assert client.get("/healthz").status_code == 200
    page = client.get("/readyz", headers={"Accept": "text/html", "Accept-Language": "en"})
    assert (page.status_code, page.mimetype) == (503, "text/html")
    assert "The database does not take writes" in page.text
    assert "five_measures_database_up 0.0" in client.get("/metrics").text


# --- figures ---------------------------------------------------------------------------------------------------------


def figures(place: SiteUnderTest, **headers: str) -> dict[tuple[str, ...], float]:
    answer = place.app.test_client().get("/metrics", headers=headers)
    assert answer.status_code == 200, answer.text
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_figures_count_requests_by_route_and_say_what_waits(
    sound: SiteUnderTest, as_: Callable[[str], Browser], people: dict[str, int]
) -> None:
    as_("ada").get(f"/trial/{people['olga']}?q=secret")
    sound.app.test_client().open("/nothing/olga", method="BREW")
    waiting(sound, key="stuck", attempts=1, failure="x", created_at=clock.system_now() - timedelta(hours=1))
    waiting(sound, key="never", attempts=12, failure="x", done_at=clock.system_now())
    stuck_clock(sound, Path(), pytest.MonkeyPatch())
    found = figures(sound)
    assert found["five_measures_requests_total", "GET", "/trial/<int:person_id>", "200"] == 1
    assert sum(found[key] for key in found if key[:3] == ("five_measures_requests_total", "other", "unknown")) == 1
    assert found["five_measures_request_seconds_count", "/trial/<int:person_id>"] == 1
    assert found["five_measures_outbox_waiting", "mail"] == 1
    assert found["five_measures_outbox_oldest_seconds", "mail"] == pytest.approx(3600, abs=60)
    assert found["five_measures_outbox_failing", "mail"] == 1
    assert found["five_measures_outbox_given_up", "mail"] == 1
    assert found["five_measures_diary_waiting", "close"] == 1
    assert found["five_measures_diary_oldest_seconds", "close"] == pytest.approx(660, abs=60)
    assert found["five_measures_backup_age_seconds",] < 60
    assert found["five_measures_clock_beat_age_seconds",] < 60
    assert found["five_measures_database_bytes",] > 100_000
    assert found["five_measures_database_up",] == 1
    text = sound.app.test_client().get("/metrics").text
    assert not re.search("olga|ada|secret|gov.example", text), "nobody's data"


def test_figures_are_for_the_machine_itself_or_for_the_token(
    sound: SiteUnderTest, frame: Frame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sound.app.test_client()
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "10.0.0.9"}).status_code == 403
    behind = site(frame, tmp_path, [health.pages], ASSESSMENT_PROXIES="1").app.test_client()
    assert behind.get("/metrics", headers=JSON).status_code == 403, "behind a proxy everybody seems to be here"
    monkeypatch.setenv("ASSESSMENT_METRICS_TOKEN", "a long token")
    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer another tökén"}).status_code == 403
    assert figures(sound, Authorization="Bearer a long token")


# --- lines -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """The log as a collector reads it."""
    root, written = logging.getLogger(), io.StringIO()
    before, level = root.handlers[:], root.level
    monkeypatch.setattr("sys.stderr", written)
    logs.configure({"ASSESSMENT_LOG": "json"})
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.handlers[:] = before
    root.setLevel(level)


def test_a_request_is_one_line_by_its_route_and_a_person_by_number(
    the_site: SiteUnderTest, as_: Callable[[str], Browser], people: dict[str, int], lines: Callable[[], Any]
) -> None:
    answer = as_("lena").get(f"/trial/{people['olga']}?name=olga", headers={"X-Request-ID": "from-outside"})
    line = lines()[-1]
    assert line["request"] == answer.headers["X-Request-ID"] != "from-outside", "no proxy is trusted here"
    assert (line["route"], line["method"], line["status"]) == ("/trial/<int:person_id>", "GET", 200)
    assert line["person"] == people["lena"]
    assert line["ms"] > 0
    assert not re.search("olga|lena", json.dumps(lines()))


def test_an_error_page_shows_the_id_under_which_the_log_has_it_and_no_secret(
    the_site: SiteUnderTest, as_: Callable[[str], Browser], people: dict[str, int], lines: Callable[[], Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    browser, secret = as_("ada"), "argon2-of-olga"
    the_site.app.testing = False

    def break_down(person_id: int) -> None:
        with the_site.frame.write() as db:
            db.execute(text("INSERT INTO nowhere VALUES (:hash)"), {"hash": secret})

    monkeypatch.setitem(the_site.app.view_functions, "trial.show", signed_in(break_down))
    answer = browser.get(f"/trial/{people['olga']}")
    assert answer.status_code == 500
    reference = answer.headers["X-Request-ID"]
    assert reference in answer.text
    (line,) = [one for one in lines() if one["level"] == "error"]
    assert line["request"] == reference
    assert "nowhere" in line["exception"]
    assert secret not in json.dumps(lines())


def test_a_trusted_proxy_names_the_request(frame: Frame, tmp_path: Path) -> None:
    client = site(frame, tmp_path, [health.pages], ASSESSMENT_PROXIES="1").app.test_client()
    named = client.get("/healthz", headers={"X-Request-ID": "proxy-0123456789"})
    assert named.headers["X-Request-ID"] == "proxy-0123456789"
    odd = client.get("/healthz", headers={"X-Request-ID": 'x" injected="'}).headers["X-Request-ID"]
    assert re.fullmatch(r"[0-9A-F]{8}-\d{6}", odd)


def test_a_format_nobody_knows_is_refused() -> None:
    with pytest.raises(BadSetting, match="say text or json"):
        logs.configure({"ASSESSMENT_LOG": "xml"})

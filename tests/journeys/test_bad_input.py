"""Bad input: whatever is sent, the answer is a sentence and a status below 500, and nothing was changed."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from assessment.__main__ import main
from assessment.foundation import schema
from assessment.foundation.db import make_engine
from support.example import copied
from support.fuzzer import Fuzzer
from support.ledger import Ledger
from support.reading import Form, Page
from support.rubbish import FILES, JUNK, MEGABYTE, filled
from support.sweep import ACTS, Target, open_actions, open_pages

pytestmark = pytest.mark.usefixtures("quick_officers")

READABLE = {"another table", "wrong columns", "ten faults at once", "formula cells"}


@pytest.fixture(scope="module")
def forms(world: Any, records: dict[str, Target]) -> list[tuple[str, Any, Form]]:
    """Every form that somebody in the example can send, with who."""
    found: dict[tuple[str, str], tuple[str, Any, Form]] = {}
    for address, viewer, _endpoint in open_pages(world, records):
        answer = viewer.ask("GET", address)
        if answer.status_code == 200 and answer.mimetype == "text/html":
            for form in Page(answer.text).forms:
                goes_to = form.action or address
                if form.method == "post" and not goes_to.startswith(("/sign-out", "/example/")):
                    found.setdefault((goes_to, viewer.role), (goes_to, viewer, form))
    return list(found.values())


@pytest.fixture(scope="module")
def uploads(forms: list[tuple[str, Any, Form]]) -> list[tuple[str, Any, Form]]:
    """Those that take a file."""
    return [one for one in forms if "file" in one[2].fields.values()]


@pytest.mark.parametrize("name", FILES)
def test_a_bad_file_is_refused_with_a_sentence(world: Any, uploads: list[Any], name: str) -> None:
    filename, content = FILES[name]
    assert len(uploads) >= 4
    wrong = []
    for address, viewer, form in uploads:
        world.dry.written = 0
        answer = viewer.ask("POST", address, filled(form, viewer.token, filename, content))
        if answer.status_code == 303 and name in READABLE and "import" not in address and "scheme" not in address:
            continue  # as evidence any table that can be opened will do
        if not 400 <= answer.status_code < 500 and (answer.status_code != 200 or world.dry.written):
            wrong.append(f"{address}: {answer.status_code}")
        elif not sentences(answer):
            wrong.append(f"{address}: {answer.status_code} without a word")
    assert not wrong, "\n".join(wrong)


def sentences(answer: Any) -> list[str]:
    """What the page says, however short."""
    return [words for _language, words in Page(answer.text).texts if len(words) > 10]


def test_fifty_megabytes_are_refused_unread(world: Any, uploads: list[Any]) -> None:
    address, viewer, form = uploads[0]
    answer = viewer.ask("POST", address, filled(form, viewer.token, "report.csv", b"x" * 50 * MEGABYTE))
    assert answer.status_code == 413
    assert "MB" in answer.text


# --- forms -----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("language", ["zh", "en"])
def test_rubbish_in_every_field_of_every_form_is_no_bug(world: Any, forms: list[Any], language: str) -> None:
    """Every field holds something else each time; the refusal is drawn in the reader's tongue."""
    chance = random.Random(language)
    wrong = []
    for address, viewer, form in forms:
        data = {name: chance.choice(JUNK) for name, kind in form.fields.items() if kind != "file"}
        data["csrf_token"] = viewer.token
        cookies = viewer.cookies.replace("language=en", f"language={language}")
        status = viewer.ask("POST", address, data, Cookie=cookies).status_code
        if status >= 500:
            wrong.append(f"{address} ({viewer.role}): {status} for {data!r}"[:600])
    assert not wrong, "\n".join(wrong)
    assert len(forms) >= 80


def test_no_generated_request_is_a_bug(world: Any, records: dict[str, Target], forms: list[Any]) -> None:
    fuzzer = Fuzzer(world, records, forms)
    assert fuzzer.bugs(250) == []
    assert 250 - fuzzer.refused > 25, "what only ever meets refusals tries little"


@pytest.mark.trust
def test_of_a_hundred_thousand_generated_requests_none_is_a_bug(
    world: Any, records: dict[str, Target], forms: list[Any], size: Callable[[int], int], ledger: Ledger
) -> None:
    fuzzer, count = Fuzzer(world, records, forms, seed=None), size(100_000)
    bugs = fuzzer.bugs(count)
    ledger.note(
        "A15", "No request crashes it",
        f"{count:,} generated requests to {len(fuzzer.routes)} routes and {len(forms)} forms, every role and nobody, "
        f"in both languages; {count - fuzzer.refused:,} of them were answered, the others refused",
        f"{len(bugs)} server errors" + "".join(f"; {one}" for one in bugs[:3]), "0", not bugs,
    )  # fmt: skip


def test_a_stale_form_is_refused_and_nothing_typed_is_lost(world: Any, records: dict[str, Target]) -> None:
    """Every action that is open somewhere: with an older version it answers 409, and keeps what was typed."""
    wrong, count = [], 0
    for address, viewer, endpoint in open_actions(world):
        if endpoint in ACTS:  # a page of its own with nothing to fill in
            continue
        data = {"csrf_token": viewer.token, "version": "0", "reason": "A reason typed against an older state."}
        answer = viewer.ask("POST", address, data)
        count += 1
        if answer.status_code != 409:
            wrong.append(f"{address} ({endpoint}, {viewer.role}): {answer.status_code}")
        elif 'name="reason"' in answer.text and data["reason"] not in answer.text:
            wrong.append(f"{address} ({endpoint}, {viewer.role}): the reason is gone")
    assert not wrong, "\n".join(wrong)
    assert count >= 60


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "address", ["/nothing", "/remediation/x", "/remediation/-1", "/remediation/99999999999999999999",
                "/audit/of/task/%00",
                "/audit/of/no_such_kind/1", "/static/../settings", "/%ff", "/periods/1/no_such_action", "/favicon.ico"]
)  # fmt: skip
def test_an_unknown_address_is_said_to_be_unknown(world: Any, address: str, language: str) -> None:
    viewer = world.own("auditor", "")
    cookies = viewer.cookies.replace("language=en", f"language={language}")
    answer = viewer.ask("GET", address, None, Cookie=cookies)
    assert answer.status_code in (400, 404)
    assert sentences(answer) or language == "zh"


@pytest.mark.parametrize(
    "query",
    ["?page=x&sort=nothing&state=%27&period=x&unit=-1&as=exe&day=2012-13-45&case=9999999999&parent_id=x",
     "?page=-1&sort=-&state=<b>&period=99999999999999999999&unit=99999999999999999999&group=%E9%95%BF&record=-",
     "?page=99999999999999999999&as=csv&period=-1&q=" + "x" * 5000,
     "?language=xx&next=//evil.example&below=x&number=%FF"],
    ids=["letters", "too large", "too long", "elsewhere"],
)  # fmt: skip
def test_a_mistyped_filter_is_no_bug(world: Any, records: dict[str, Target], query: str) -> None:
    wrong = []
    for rule in world.app.url_map.iter_rules():
        if rule.arguments or "GET" not in (rule.methods or ()) or rule.endpoint in ("example.people", "static"):
            continue
        for role in ("auditor",):
            status = world.own(role, "").ask("GET", rule.rule + query, Accept="application/json").status_code
            if status >= 500 and rule.endpoint != "health.readyz":
                wrong.append(f"{rule.rule}{query} as {role}: {status}")
    assert not wrong, "\n".join(wrong)


# --- the command line ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def console(played: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The command line over a copy of the example; ``run`` must never be reached with bad arguments."""
    settings = copied(played, tmp_path_factory.mktemp("console") / "instance")
    engine = make_engine(settings.database_url)
    if not schema.current(engine):  # an example that was played while the migrations were behind
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
            connection.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (schema.expected(),))
    engine.dispose()
    environment = {"ASSESSMENT_INSTANCE": str(settings.instance), "ASSESSMENT_SECRET": "a secret", "DATABASE_URL": ""}

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, list(arguments), env=environment)

    return run


def leaves() -> list[tuple[str, ...]]:
    """Every command by its words."""
    context = click.Context(main)
    found: list[tuple[str, ...]] = []
    for name in main.list_commands(context):  # type: ignore[attr-defined]
        command = main.get_command(context, name)  # type: ignore[attr-defined]
        if isinstance(command, click.Group):
            found += [(name, inner) for inner in command.commands]
        else:
            found.append((name,))
    return found


def spoken(result: Result, *statuses: int) -> None:
    assert result.exit_code in statuses, f"{result.exit_code}: {result.output}"
    assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
    assert "Traceback" not in result.output
    assert result.output.strip()


@pytest.mark.parametrize("command", leaves(), ids=" ".join)
def test_every_command_refuses_what_it_does_not_know(console: Any, command: tuple[str, ...]) -> None:
    spoken(console(*command, "--no-such-option"), 2)
    spoken(console(*command, *["surplus"] * 6), 1, 2)


@pytest.mark.parametrize(
    "arguments",
    [
        ("no-such-command",), ("user", "no-such-command"), ("import", "cats", "x.csv"), ("import", "units"),
        ("import", "units", "/no/such/file.csv", "--as", "admin"), ("import", "units", "/", "--as", "admin"),
        ("import", "scheme", "/no/such/file.yaml", "--as", "office"),
        ("import", "submissions", "/no/such/file.csv", "--as", "office", "--programme", "none"),
        ("import", "submissions", "/no/such/file.csv", "--as", "office"),
        ("import", "letters", "/no/such/file.csv", "--as", "nobody"),
        ("export", "cats"), ("export",), ("user", "suspend", "nobody", "--as", "admin", "--reason", "x"),
        ("user", "suspend", "leader", "--as", "nobody", "--reason", "x"),
        ("user", "suspend", "leader", "--reason", "x"),
        ("user", "suspend", "leader", "--as", "office", "--reason", "x"),
        ("user", "suspend", "leader", "--as", "admin"),
        ("backup", "verify", "/no/such/backup"),
        ("backup", "verify", "/etc/hostname"), ("score", "/no/such.yaml", "/no/such.csv"), ("score", "/", "/"),
        ("scheme", "check", "/no/such.yaml"), ("scheme", "check", "/"), ("apportion", "/no/such.csv", "--pool", "10"),
        ("apportion", "/etc/hostname", "--pool", "-1"), ("apportion", "/etc/hostname", "--pool", "x"),
        ("draw", "/no/such.csv", "--size", "0", "--seed", "1"), ("draw", "/no/such.csv", "--size", "2", "--seed", "x"),
        ("draw", "/etc/hostname", "--size", "2", "--seed", "12345678901234567890"), ("verify", "/etc/hostname"),
        ("verify", "/no/such.pdf"), ("demo",), ("setup", "--empty", "--code"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_bad_arguments_end_with_a_sentence(console: Any, arguments: tuple[str, ...]) -> None:
    spoken(console(*arguments), 1, 2)


@pytest.mark.parametrize("name", FILES)
def test_a_bad_file_is_refused_at_the_console(console: Any, tmp_path: Path, name: str) -> None:
    filename, content = FILES[name]
    path = tmp_path / filename
    path.write_bytes(content)
    commands = [
        ("import", "units", "--as", "admin"), ("import", "people", "--as", "admin"),
        ("import", "scheme", "--as", "office"),
        ("import", "letters", "--as", "office", "--programme", "jilin-video-network"),
        ("import", "submissions", "--as", "provider", "--programme", "jilin-video-network", "--period", "2012-11"),
    ]  # fmt: skip
    for command in commands:
        spoken(console(*command[:2], str(path), *command[2:]), 1)
    spoken(console("scheme", "check", str(path)), 1)
    spoken(console("apportion", str(path), "--pool", "100"), 1)
    spoken(console("draw", str(path), "--size", "2", "--seed", "12345678901234567890"), 1)

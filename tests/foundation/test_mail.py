"""Mail as a mail server receives it: handed in, refused for now, refused for good, and harmless in its headers."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from assessment.foundation import clock, mail, outbox
from assessment.foundation.frame import Frame
from assessment.foundation.outbox import Delivery, OutboxItem, Undeliverable
from assessment.foundation.settings import BadSetting, Settings

HERE = "https://five.jilin.example/measures"
LETTER = {"to": "lee@example.org", "subject": "到期提醒 Due", "body": "2012年11月20日\n.\nend\n", "person": "7"}


class Postbox:
    """What a server received, and what it answers next."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.envelopes: list[Any] = []
        self.answers: list[str] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.answers:
            return self.answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.envelopes.append(envelope)
        self.received.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        return "250 OK"


@contextmanager
def served(box: Postbox, host: str = "127.0.0.1", **options: Any) -> Iterator[int]:
    """A mail server on a port that was free."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    controller = Controller(box, hostname=host, port=port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@pytest.fixture
def post() -> Iterator[tuple[Postbox, str]]:
    box = Postbox()
    with served(box) as port:
        yield box, f"smtp://127.0.0.1:{port}"


def settings(way: str, **more: str) -> Settings:
    return Settings.from_environment(
        {"ASSESSMENT_MAIL": way, "ASSESSMENT_MAIL_FROM": "考评办 <office@jilin.example>", "ASSESSMENT_URL": HERE}
        | more
    )


def queue(frame: Frame, key: str = "reminder/7/2012-11-13", **changes: str) -> None:
    with frame.write() as session:
        outbox.enqueue(session, mail.MAIL, key, {**LETTER, **changes})


def item(frame: Frame) -> OutboxItem:
    with frame.read() as session:
        return session.scalars(select(OutboxItem)).one()


def work(frame: Frame, way: str, **more: str) -> int:
    with frame.write() as session:
        session.execute(update(OutboxItem).values(not_before=clock.system_now()))
    return outbox.work(frame, {mail.MAIL: mail.handler(settings(way, **more))}, limit=1)


def test_a_message_arrives_as_it_was_written_and_says_that_nobody_wrote_it(
    frame: Frame, post: tuple[Postbox, str]
) -> None:
    queue(frame)
    assert work(frame, post[1]) == 1
    (found,), (envelope,) = post[0].received, post[0].envelopes
    assert (found["To"], found["Subject"]) == ("lee@example.org", "到期提醒 Due")
    assert found["From"].addresses[0].display_name == "考评办"
    body, _, signature = found.get_content().replace("\r\n", "\n").partition("\n-- \n")
    assert body == LETTER["body"]
    assert signature == f"Five Measures\n{HERE}/\n", "where all of it can be done"
    assert found["Auto-Submitted"] == "auto-generated"
    assert (envelope.mail_from, envelope.rcpt_tos) == ("office@jilin.example", ["lee@example.org"])
    assert item(frame).result == "sent to lee@example.org"


def test_each_thing_leads_to_its_page_at_the_address_of_today(frame: Frame, post: tuple[Postbox, str]) -> None:
    queue(frame, body="Coming due:\n- Task 12\n  page:task/12\n- typed page:task/13\n")
    assert work(frame, post[1]) == 1
    body = post[0].received[0].get_content().replace("\r\n", "\n")
    assert f"- Task 12\n  {HERE}/go/task/12\n- typed page:task/13\n" in body


def test_the_same_message_bears_the_same_id_and_another_another(frame: Frame) -> None:
    def id_of(key: str) -> str:
        return str(mail.message(Delivery(1, mail.MAIL, key, LETTER), "a@b.example", HERE)["Message-ID"])

    assert id_of("a") == id_of("a") != id_of("b")


def test_refused_for_now_is_tried_again_and_refused_for_good_is_not(frame: Frame, post: tuple[Postbox, str]) -> None:
    post[0].answers = ["450 mailbox busy", "550 no such mailbox"]
    queue(frame)
    assert work(frame, post[1]) == 0
    waiting = item(frame)
    assert waiting.done_at is None
    assert "450 mailbox busy" in waiting.failure
    assert work(frame, post[1]) == 0
    ended = item(frame)
    assert ended.done_at is not None
    assert ended.failure == "the mail server answered 550 no such mailbox"
    assert work(frame, post[1]) == 0
    with frame.write() as session:
        outbox.send_again(session.scalars(select(OutboxItem)).one())
    assert work(frame, post[1]) == 1
    assert (item(frame).failure, len(post[0].received)) == ("", 1)


def test_pauses_grow_and_after_twelve_attempts_a_message_is_given_up(frame: Frame) -> None:
    queue(frame)
    pauses = []
    for _ in range(mail.MOST_ATTEMPTS + 1):
        work(frame, "smtp://127.0.0.1:9")
        found = item(frame)
        pauses.append(found.not_before - clock.system_now())
    assert pauses[:4] == sorted(pauses[:4])
    assert pauses[0].total_seconds() < 61 < 250 < pauses[1].total_seconds()
    assert found.done_at is not None
    assert "given up after 12 attempts" in found.failure


def test_a_password_goes_over_no_open_line_and_comes_from_a_file(frame: Frame, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s3cret\n")
    found = settings("smtp://user@mail.example", ASSESSMENT_MAIL_PASSWORD_FILE=str(secret))
    assert mail._server(found.mail, found.mail_password).password == "s3cret"
    box = Postbox()
    queue(frame)
    with served(box) as port:
        work(frame, f"smtp+starttls://127.0.0.1:{port}")
    assert "offers no encryption" in item(frame).failure
    assert box.received == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A key and a certificate for ``localhost`` that nobody but itself vouches for."""
    folder, now = tmp_path_factory.mktemp("tls"), clock.system_now()
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), now - timedelta(days=1), now + timedelta(days=1)
    ).add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    (folder / "cert.pem").write_bytes(made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))
    plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "key.pem").write_bytes(plain)
    return folder / "key.pem", folder / "cert.pem"


def test_the_line_is_encrypted_the_certificate_checked_and_the_password_given(
    frame: Frame, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    key, cert = certificate
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    asked: list[bytes] = []

    def let_in(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        asked.append(data.password)
        return AuthResult(success=data.password == b"s3cret", handled=False)

    box = Postbox()
    queue(frame)
    with served(box, "localhost", tls_context=context, authenticator=let_in, auth_required=True) as port:
        way = f"smtp+starttls://office@localhost:{port}"
        assert work(frame, way, ASSESSMENT_MAIL_PASSWORD="s3cret") == 0
        assert "CERTIFICATE_VERIFY_FAILED" in item(frame).failure
        assert asked == []
        monkeypatch.setenv("SSL_CERT_FILE", str(cert))
        assert work(frame, way, ASSESSMENT_MAIL_PASSWORD="wrong") == 0
        assert item(frame).failure == "ConnectionError: the mail server does not let us in: 535"
        assert work(frame, way, ASSESSMENT_MAIL_PASSWORD="s3cret") == 1
        assert len(box.received) == 1


@given(st.text(max_size=300))
def test_no_subject_adds_a_header_or_a_reader(subject: str) -> None:
    delivery = Delivery(1, mail.MAIL, "k", {**LETTER, "subject": subject + "\r\nBcc: evil@example.org\r\n\r\nbody"})
    found = message_from_bytes(mail.message(delivery, "a@b.example", HERE).as_bytes(), policy=policy.default)
    assert found["Bcc"] is None
    assert set(found.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress", "Content-Type",
        "Content-Transfer-Encoding", "MIME-Version",
    }  # fmt: skip


ADDRESSES = (
    "a@b.example,evil@x.example", "a@b.example\r\nBcc: x@y.example", "<a@b.example>", "a b@c.example", "@b", "a@", "a",
    "a@b.example;x@y.example", "a(b)@c.example",
)  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_not_exactly_one_address_is_no_address(address: str) -> None:
    assert not mail.is_address(address)
    with pytest.raises(Undeliverable):
        mail.message(Delivery(1, mail.MAIL, "k", {**LETTER, "to": address}), "a@b.example", HERE)


@pytest.mark.parametrize("way", ["imap://x", "smtp://", "smtp://host:port", "nonsense"])
def test_a_way_that_is_none_is_refused_without_saying_the_password(way: str) -> None:
    with pytest.raises(BadSetting) as refused:
        mail.handler(settings(way.replace("://", "://user:s3cret@") if way.endswith("port") else way))
    assert "s3cret" not in str(refused.value)


def test_a_sender_that_is_no_address_is_refused() -> None:
    with pytest.raises(BadSetting, match="ASSESSMENT_MAIL_FROM"):
        mail.handler(Settings.from_environment({"ASSESSMENT_MAIL_FROM": "the office"}))


def test_messages_lie_in_a_folder_one_file_each(frame: Frame, tmp_path: Path) -> None:
    queue(frame)
    assert work(frame, f"file:{tmp_path / 'out'}") == 1
    (path,) = (tmp_path / "out").glob("*.eml")
    assert message_from_bytes(path.read_bytes(), policy=policy.default)["To"] == "lee@example.org"

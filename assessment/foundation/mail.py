"""Mail leaves through the outbox: by SMTP, as .eml files in a folder, or shown on the page of mail only."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from functools import partial
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote, urlsplit

from assessment.foundation import clock
from assessment.foundation.letters import signature, with_addresses
from assessment.foundation.outbox import Delivery, Handler, Undeliverable
from assessment.foundation.settings import BadSetting, Settings

MAIL = "mail"
PATIENCE = 20
"""Seconds to wait for a mail server."""
MOST_ATTEMPTS = 12
"""With the outbox's pauses some four days, as long as mail servers themselves keep trying (RFC 5321, 4.5.4.1)."""
LONGEST_SUBJECT = 200
ON_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
_ADDRESS = re.compile(r"[^\s@,;:<>()\[\]\\\"\x00-\x1f\x7f]{1,64}@[^\s@,;:<>()\\\"\x00-\x1f\x7f]{1,190}")
_NOT_IN_A_HEADER = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+")


def is_address(text: str) -> bool:
    """Whether this is one mail address and nothing more: no second one behind a comma, no line of its own."""
    return _ADDRESS.fullmatch(text) is not None


def message(delivery: Delivery, sender: str, url: str) -> EmailMessage:
    """The message as it was queued, each thing with the address of its page.

    Its id is made of its key, so that a server may recognise a second copy; it says that no person wrote it (RFC 3834),
    so that no answering machine answers.
    """
    name, address = parseaddr(sender)
    to = str(delivery.payload["to"])
    if not is_address(to):
        raise Undeliverable(f"“{to[:80]}” is no mail address.")
    mail = EmailMessage()
    mail["From"] = Address(display_name=name, addr_spec=address)
    mail["To"] = Address(addr_spec=to)
    mail["Subject"] = _NOT_IN_A_HEADER.sub(" ", str(delivery.payload["subject"])).strip()[:LONGEST_SUBJECT]
    mail["Date"] = format_datetime(clock.system_now())
    mail["Message-ID"] = f"<{sha256(delivery.key.encode()).hexdigest()[:32]}@{address.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(f"{with_addresses(str(delivery.payload['body']), url).rstrip()}\n\n{signature(url)}")
    return mail


def handler(settings: Settings) -> Handler:
    """How this installation sends mail; raises ``BadSetting`` where it says something else."""
    way, sender, url = settings.mail, settings.mail_from, settings.url
    if not is_address(parseaddr(sender)[1]) or _NOT_IN_A_HEADER.search(sender):
        raise BadSetting(f"ASSESSMENT_MAIL_FROM is “{sender}”; write an address, or Name <address>.")
    if not way:
        return lambda delivery: "shown here only: no mail server is set"
    if way.startswith("file:"):
        return partial(_to_folder, folder=Path(way.removeprefix("file:")), sender=sender, url=url)
    return partial(_to_server, server=_server(way, settings.mail_password), sender=sender, url=url)


def _to_folder(delivery: Delivery, folder: Path, sender: str, url: str) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{sha256(delivery.key.encode()).hexdigest()[:16]}.eml"
    path.write_bytes(message(delivery, sender, url).as_bytes())
    return f"written to {path.name}"


# --- by SMTP ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Server:
    """Where mail is handed in. ``tls``: ``always`` from the first byte, ``must`` or ``may`` begin (STARTTLS)."""

    host: str
    port: int
    tls: str
    user: str
    password: str


_WAYS = {"smtps": ("always", 465), "smtp+starttls": ("must", 587), "smtp": ("may", 25)}


def _server(way: str, password: str) -> Server:
    where = urlsplit(way)
    try:
        (tls, usual), port = _WAYS[where.scheme], where.port
    except (KeyError, ValueError):
        shown = f"{where.scheme}://…" if "://" in way else way[:40]
        raise BadSetting(
            f"ASSESSMENT_MAIL is “{shown}”; write smtp://user@host:port, smtp+starttls://…, smtps://… or file:FOLDER."
        ) from None
    if not where.hostname:
        raise BadSetting("ASSESSMENT_MAIL names no mail server; write smtp://user@host:port.")
    secret = password or unquote(where.password or "")
    return Server(where.hostname, port or usual, tls, unquote(where.username or ""), secret)


def _to_server(delivery: Delivery, server: Server, sender: str, url: str) -> str:
    mail = message(delivery, sender, url)
    if delivery.attempts > MOST_ATTEMPTS:
        raise Undeliverable(f"given up after {MOST_ATTEMPTS} attempts")
    try:
        with _connected(server) as line:
            line.send_message(mail)
    except smtplib.SMTPRecipientsRefused as refused:
        code, why = next(iter(refused.recipients.values()))
        raise _fault(code, why) from refused
    except smtplib.SMTPAuthenticationError as refused:  # the installation's fault, not the message's: it can be mended
        raise ConnectionError(f"the mail server does not let us in: {refused.smtp_code}") from refused
    except smtplib.SMTPResponseException as refused:
        raise _fault(refused.smtp_code, refused.smtp_error) from refused
    except smtplib.SMTPNotSupportedError as refused:
        raise Undeliverable(f"the mail server cannot take this address: {refused}") from refused
    return f"sent to {delivery.payload['to']}"


def _connected(server: Server) -> smtplib.SMTP:
    """A line to the server, encrypted with a certificate that was checked wherever it is encrypted at all."""
    context = ssl.create_default_context()
    if server.tls == "always":
        line: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=PATIENCE, context=context)
    else:
        line = smtplib.SMTP(server.host, server.port, timeout=PATIENCE)
    try:
        line.ehlo()
        encrypted = server.tls == "always"
        if not encrypted and line.has_extn("starttls"):
            line.starttls(context=context)
            line.ehlo()
            encrypted = True
        if not encrypted and (server.tls == "must" or (server.user and server.host not in ON_THIS_MACHINE)):
            raise ConnectionError("the mail server offers no encryption; nothing was sent, and no password")
        if server.user:
            line.login(server.user, server.password)
    except BaseException:
        line.close()
        raise
    return line


def _fault(code: int, why: bytes | str) -> Exception:
    """What a server's answer means: from 500 on it will say the same tomorrow, below that it may not."""
    text = why.decode("utf-8", "replace") if isinstance(why, bytes) else why
    kind: Callable[[str], Exception] = Undeliverable if code >= 500 else ConnectionError
    return kind(f"the mail server answered {code} {_NOT_IN_A_HEADER.sub(' ', text)[:200]}")

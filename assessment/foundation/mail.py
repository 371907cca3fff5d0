"""Mail leaves through the outbox: by SMTP, as .eml files in a folder, or shown on the deliveries page only."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote, urlsplit

from assessment.foundation import clock
from assessment.foundation.outbox import Delivery, Handler
from assessment.foundation.settings import BadSetting, Settings

MAIL = "mail"
PATIENCE = 20


def message(delivery: Delivery, sender: str) -> EmailMessage:
    """The message as it was queued; its id is made of its key, so a server may recognise a second copy."""
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = str(delivery.payload["to"])
    mail["Subject"] = str(delivery.payload["subject"])
    mail["Date"] = format_datetime(clock.system_now())
    mail["Message-ID"] = make_msgid(sha256(delivery.key.encode()).hexdigest()[:24], "five-measures.invalid")
    mail.set_content(str(delivery.payload["body"]))
    return mail


def handler(settings: Settings) -> Handler:
    """How this installation sends mail; raises ``BadSetting`` where it says something else."""
    way = settings.mail
    if not way:
        return lambda delivery: "shown here only: no mail server is set"
    if way.startswith("file:"):
        return lambda delivery: _to_folder(delivery, Path(way.removeprefix("file:")), settings.mail_from)
    if way.startswith(("smtp://", "smtps://")):
        return lambda delivery: _to_server(delivery, way, settings.mail_from)
    raise BadSetting(f"ASSESSMENT_MAIL is “{way}”; write smtp://user:password@host:port or file:FOLDER.")


def _to_folder(delivery: Delivery, folder: Path, sender: str) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{sha256(delivery.key.encode()).hexdigest()[:16]}.eml"
    path.write_bytes(message(delivery, sender).as_bytes())
    return f"written to {path.name}"


def _to_server(delivery: Delivery, way: str, sender: str) -> str:
    where = urlsplit(way)
    kind = smtplib.SMTP_SSL if where.scheme == "smtps" else smtplib.SMTP
    with kind(
        where.hostname or "localhost", where.port or (465 if where.scheme == "smtps" else 25), timeout=PATIENCE
    ) as server:
        if where.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls()
        if where.username:
            server.login(unquote(where.username), unquote(where.password or ""))
        server.send_message(message(delivery, sender))
    return f"sent to {delivery.payload['to']}"

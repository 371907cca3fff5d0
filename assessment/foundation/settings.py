"""Settings from the environment, each with a working default, each also as NAME_FILE."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

SWITCHES = {"1": True, "on": True, "yes": True, "true": True, "0": False, "off": False, "no": False, "false": False}
ONLY = "only:"
SHORTEST_KEY = 32
ROOT = Path(__file__).resolve().parent.parent.parent


class BadSetting(Exception):
    """A setting that cannot be used; the message says which, and what would do."""


def read(environment: Mapping[str, str], name: str, default: str) -> str:
    path = environment.get(f"{name}_FILE")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as fault:
            raise BadSetting(f"{name}_FILE names {path}, which cannot be read: {fault.strerror}.") from fault
    return environment.get(name, "").strip() or default


def whole_number(environment: Mapping[str, str], name: str, default: int) -> int:
    text = read(environment, name, str(default))
    if not text.isdecimal():
        raise BadSetting(f"{name} is “{text}”; a whole number is needed, such as {default}.")
    return int(text)


def switch(environment: Mapping[str, str], name: str) -> bool:
    text = read(environment, name, "off").lower()
    if text in SWITCHES:
        return SWITCHES[text]
    raise BadSetting(f"{name} is “{text}”; say on or off.")


def published_for_all(environment: Mapping[str, str]) -> tuple[bool, tuple[str, ...]]:
    """on, off, or ``only:`` and the codes of the programmes whose results anybody may read."""
    text = read(environment, "ASSESSMENT_PUBLIC", "off")
    if not text.startswith(ONLY):
        return switch(environment, "ASSESSMENT_PUBLIC"), ()
    codes = tuple(part.strip() for part in text.removeprefix(ONLY).split(","))
    if not all(codes):
        raise BadSetting(f"ASSESSMENT_PUBLIC is “{text}”; name programmes by their codes, as in only:a-2012,b-2012.")
    return True, codes


def factor_key(environment: Mapping[str, str]) -> str:
    """A short one is refused: a database that got away could be searched for it."""
    text = read(environment, "ASSESSMENT_FACTOR_KEY", "")
    if text and len(text) < SHORTEST_KEY:
        raise BadSetting(f"ASSESSMENT_FACTOR_KEY is too short; give at least {SHORTEST_KEY} characters, by chance.")
    return text


@dataclass(frozen=True)
class Settings:
    """Where things lie and how the installation is spoken to."""

    instance: Path
    database_url: str
    host: str
    port: int
    url: str
    proxies: int
    public: bool
    secret: str
    certificate: str
    zone: str
    language: str
    mail: str
    mail_from: str
    mail_password: str
    factor_key: str = ""
    """What second factors are sealed with; empty: the instance's own, beside its other keys."""
    public_programmes: tuple[str, ...] = ()
    """Codes; empty: where anything is public, every programme is."""

    def is_public(self, programme: str) -> bool:
        """Whether what a programme has published is seen without signing in."""
        return self.public and (not self.public_programmes or programme in self.public_programmes)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """All settings at once; raises ``BadSetting`` with one sentence."""
        env = os.environ if environment is None else environment
        instance = Path(read(env, "ASSESSMENT_INSTANCE", str(ROOT / "instance"))).resolve()
        host = read(env, "ASSESSMENT_HOST", "127.0.0.1")
        port = whole_number(env, "ASSESSMENT_PORT", 8000)
        zone = read(env, "ASSESSMENT_ZONE", "Asia/Shanghai")
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError) as fault:
            raise BadSetting(f"ASSESSMENT_ZONE is “{zone}”; name a zone such as Asia/Shanghai.") from fault
        language = read(env, "ASSESSMENT_LANGUAGE", "zh")
        if language not in ("zh", "en"):
            raise BadSetting(f"ASSESSMENT_LANGUAGE is “{language}”; say zh or en.")
        public, programmes = published_for_all(env)
        return cls(
            instance=instance,
            database_url=read(env, "DATABASE_URL", f"sqlite:///{instance / 'assessment.sqlite3'}"),
            host=host,
            port=port,
            url=read(env, "ASSESSMENT_URL", f"http://{host}:{port}").rstrip("/"),
            proxies=whole_number(env, "ASSESSMENT_PROXIES", 0),
            public=public,
            public_programmes=programmes,
            secret=read(env, "ASSESSMENT_SECRET", ""),
            certificate=read(env, "ASSESSMENT_CERTIFICATE", ""),
            zone=zone,
            language=language,
            mail=read(env, "ASSESSMENT_MAIL", ""),
            mail_from=read(env, "ASSESSMENT_MAIL_FROM", "five-measures@localhost"),
            mail_password=read(env, "ASSESSMENT_MAIL_PASSWORD", ""),
            factor_key=factor_key(env),
        )

    @property
    def uploads(self) -> Path:
        return self.instance / "uploads"

    @property
    def documents(self) -> Path:
        return self.instance / "documents"

    @property
    def keys(self) -> Path:
        return self.instance / "keys"

"""The small province of `support.programmes` with the session it lives in."""

from dataclasses import dataclass, fields

from sqlalchemy.orm import Session

from support.programmes import SCHEME, World, a_province, a_scheme_in_force, a_year_planned


@dataclass
class Planned(World):
    """Units and people; with a scheme in force, or a year planned, as far as a life wants it."""

    session: Session = None  # type: ignore[assignment]


def in_session(world: World, session: Session) -> Planned:
    return Planned(**{one.name: getattr(world, one.name) for one in fields(World)}, session=session)


def province(session: Session) -> Planned:
    return in_session(a_province(session), session)


def with_scheme(session: Session, source: str = SCHEME) -> Planned:
    return in_session(a_scheme_in_force(session, source), session)


def planned(session: Session, source: str = SCHEME) -> Planned:
    return in_session(a_year_planned(session, source), session)

"""Programmes and the versions of their schemes: written, checked, approved by another, brought into force."""

from __future__ import annotations

import hashlib

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.foundation import audit
from assessment.foundation.actors import Act
from assessment.foundation.errors import Invalid, NotPermitted
from assessment.foundation.i18n import Bilingual, say
from assessment.organisations.duties import Duty
from assessment.programmes.models import Period, PeriodState, Programme, SchemeState, SchemeVersion
from assessment.programmes.process import SCHEME_VERSION
from assessment.programmes.queries import fault_sentence, programme_by_code
from assessment.programmes.rules.faults import SchemeFaults
from assessment.programmes.rules.loading import load_scheme
from assessment.programmes.rules.scheme import Scheme
from assessment.programmes.services.periods import span_of

STILL_OPEN = (SchemeState.DRAFTED, SchemeState.CHECKED, SchemeState.RETURNED)


def found_programme(
    session: Session,
    act: Act,
    *,
    code: str,
    title: Bilingual,
    authority: Bilingual,
    unit_id: int,
    reference: str = "",
    zone: str = "Asia/Shanghai",
    is_example: bool = False,
    is_illustrative: bool = False,
) -> Programme:
    """Set up a field of work, before anything is assessed in it."""
    if not (act.by.holds(Duty.PLAN_CYCLES, unit_id) or act.by.holds(Duty.SET_UP)):
        raise NotPermitted(say("Programmes are set up by the assessment office."))
    if programme_by_code(session, code) is not None:
        raise Invalid(say("There is a programme “{code}” already; give this one another code.", code=code))
    programme = Programme(
        code=code, title_zh=title.zh, title_en=title.en, authority_zh=authority.zh, authority_en=authority.en,
        reference=reference, zone=zone, unit_id=unit_id, is_example=is_example, is_illustrative=is_illustrative,
        created_at=act.at,
    )  # fmt: skip
    session.add(programme)
    audit.record(session, act, "found_programme", programme, body={"code": code})
    session.flush()
    return programme


def write_scheme(
    session: Session,
    act: Act,
    source: str,
    *,
    unit_id: int,
    is_example: bool = False,
    is_illustrative: bool = False,
    scheme: Scheme | None = None,
) -> SchemeVersion:
    """Take a scheme file in, with its programme if that is new; the same file again changes nothing.

    ``unit_id`` is the authority's unit. A version that nobody has submitted yet is replaced; a sealed one never is.
    ``scheme`` is what ``source`` says, where it was read already.
    """
    scheme = scheme or _loaded(source)
    programme = programme_by_code(session, scheme.scheme) or _programme_of(
        session, act, scheme, unit_id, is_example, is_illustrative
    )
    sealed = _sha256(source)
    version = session.scalar(
        select(SchemeVersion).where(SchemeVersion.programme_id == programme.id, SchemeVersion.number == scheme.version)
    )
    if version is None:
        return _write_version(session, act, programme, scheme.version, source)
    if version.sha256 == sealed:
        return version
    if version.state not in STILL_OPEN:
        raise Invalid(
            say(
                "Version {number} has been submitted and is sealed; give the changed file a new version number.",
                number=version.number,
            )
        )
    revise(session, version, act, source=source)
    return version


def _programme_of(
    session: Session, act: Act, scheme: Scheme, unit_id: int, is_example: bool, is_illustrative: bool
) -> Programme:
    authority = scheme.authority
    return found_programme(
        session, act, code=scheme.scheme, unit_id=unit_id, zone=scheme.zone,
        title=Bilingual(scheme.title.zh or scheme.scheme, scheme.title.en or scheme.scheme),
        authority=Bilingual(authority.zh, authority.en) if authority else Bilingual("", ""),
        reference=authority.reference if authority else "", is_example=is_example, is_illustrative=is_illustrative,
    )  # fmt: skip


def _write_version(session: Session, act: Act, programme: Programme, number: str, source: str) -> SchemeVersion:
    version = SchemeVersion(
        programme=programme,
        number=number,
        source=source,
        sha256=_sha256(source),
        written_by=act.by.key,
        written_at=act.at,
    )
    SCHEME_VERSION.start(session, version, "write_scheme", act, body={"sha256": version.sha256})
    session.flush()
    return version


def revise(session: Session, version: SchemeVersion, act: Act, *, source: str) -> None:
    """Replace the text of a version that nobody has submitted yet; it may have faults until it is checked."""
    try:
        scheme = load_scheme(source)
    except SchemeFaults:
        pass
    else:
        if (scheme.scheme, scheme.version) != (version.programme.code, version.number):
            raise Invalid(
                say(
                    "This is version {number} of “{code}”; the file names version {other} of “{other_code}”. "
                    "Import it as a file of its own.",
                    number=version.number, code=version.programme.code, other=scheme.version, other_code=scheme.scheme,
                )
            )  # fmt: skip
    before, version.source, version.sha256 = version.sha256, source, _sha256(source)
    version.written_by, version.written_at = act.by.key, act.at
    SCHEME_VERSION.perform(session, version, "revise", act, body={"before": before, "sha256": version.sha256})


def check(session: Session, version: SchemeVersion, act: Act) -> None:
    """Find the file free of faults."""
    SCHEME_VERSION.perform(session, version, "check", act, body={"sha256": version.sha256})


def submit(session: Session, version: SchemeVersion, act: Act) -> None:
    """Hand it to the leaders; from here on its text is sealed."""
    SCHEME_VERSION.perform(session, version, "submit", act, body={"sha256": version.sha256})
    version.submitted_by, version.submitted_at = act.by.key, act.at


def approve_scheme(session: Session, version: SchemeVersion, act: Act) -> None:
    """Approve exactly this text, by its hash."""
    SCHEME_VERSION.perform(session, version, "approve_scheme", act, body={"sha256": version.sha256})
    version.approved_by, version.approved_at = act.by.key, act.at


def return_scheme(session: Session, version: SchemeVersion, act: Act) -> None:
    """Send it back with a reason."""
    SCHEME_VERSION.perform(session, version, "return_scheme", act)


def bring_into_force(session: Session, version: SchemeVersion, act: Act, *, from_period: str) -> None:
    """Let it count from a period on; periods planned from there go by it, and the version before is set aside."""
    first_day, _ = span_of(from_period)[1:]
    earlier = list(
        session.scalars(
            select(SchemeVersion).where(
                SchemeVersion.programme_id == version.programme_id, SchemeVersion.state == SchemeState.IN_FORCE
            )
        )
    )
    planned = list(
        session.scalars(
            select(Period).where(
                Period.programme_id == version.programme_id,
                Period.state == PeriodState.PLANNED,
                Period.first_day >= first_day,
            )
        )
    )
    SCHEME_VERSION.perform(
        session, version, "bring_into_force", act, touched=planned, body={"from": from_period, "sha256": version.sha256}
    )
    version.in_force_from = from_period
    for period in planned:
        period.scheme_version_id = version.id
    session.flush()
    for one in earlier:
        supersede(session, one, act)


def supersede(session: Session, version: SchemeVersion, act: Act) -> None:
    """Set a version aside for a later one; the periods that went by it still do."""
    SCHEME_VERSION.perform(session, version, "supersede", act)


def _loaded(source: str) -> Scheme:
    try:
        return load_scheme(source)
    except SchemeFaults as faults:
        raise Invalid(
            say("The scheme cannot be used as it is; nothing was taken from it."),
            faults=[fault_sentence(fault) for fault in faults.faults],
        ) from faults


def _sha256(source: str) -> str:
    return hashlib.sha256(source.encode("utf-8")).hexdigest()

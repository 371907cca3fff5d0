"""Units, posts and people of a made-up country, each level below the one above."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from assessment.foundation.clock import system_now
from assessment.organisations.duties import ROLES
from assessment.organisations.models import Holding, Person, Placement, Post, PostDuty, Unit, UnitName
from support.country.rows import put
from support.country.sizes import LONG_AGO, Size

NATIONAL = ("assessment_office", "leader", "verifier", "review_officer", "auditor", "supervision_office")


@dataclass(frozen=True)
class Places:
    """Keys of units, level by level, and of people by user name."""

    root: int
    provinces: list[int]
    prefectures: list[int]
    counties: list[int]
    codes: list[str]
    """Of the counties."""
    people: dict[str, int]


def settle(session: Session, size: Size) -> Places:
    """The national authority, everything below it, and who works there."""
    root = _units(session, "body", [("00", "虚构国家主管部门", "Made-up national authority", None)])[0]
    provinces = _units(session, "province", [
        (f"{10 + n}", f"虚构第{n + 1}省", f"Made-up province {n + 1}", root) for n in range(size.provinces)
    ])  # fmt: skip
    prefectures = _units(session, "prefecture", [
        (f"{10 + n % size.provinces}{n // size.provinces:02}", f"虚构第{n + 1}市", f"Made-up prefecture {n + 1}",
         provinces[n % size.provinces]) for n in range(size.prefectures)
    ])  # fmt: skip
    codes = [
        f"{10 + n % size.prefectures % size.provinces}{n % size.prefectures // size.provinces:02}"
        f"{n // size.prefectures:02}"
        for n in range(size.counties)
    ]
    counties = _units(session, "county", [
        (code, f"虚构第{n + 1}县", f"Made-up county {n + 1}", prefectures[n % size.prefectures])
        for n, code in enumerate(codes)
    ])  # fmt: skip
    below = [*provinces, *prefectures, *counties]
    heads = [(f"head-{unit}", "locality_head", unit) for unit in below[: size.people - len(NATIONAL)]]
    return Places(root, provinces, prefectures, counties, codes,
                  _people(session, [*((role, role, root) for role in NATIONAL), *heads]))  # fmt: skip


def _units(session: Session, level: str, made: Sequence[tuple[str, str, str, int | None]]) -> list[int]:
    since = {"valid_from": LONG_AGO, "valid_to": None}
    keys = put(session, Unit, [
        {"code": code, "name_zh": zh, "name_en": en, "level": level, **since} for code, zh, en, _ in made
    ])  # fmt: skip
    put(session, UnitName, [
        {"unit_id": key, "name_zh": zh, "name_en": en, **since}
        for key, (_, zh, en, _) in zip(keys, made, strict=True)
    ])  # fmt: skip
    put(session, Placement, [
        {"unit_id": key, "parent_id": above, **since}
        for key, (_, _, _, above) in zip(keys, made, strict=True) if above is not None
    ])  # fmt: skip
    return keys


def _people(session: Session, wanted: Sequence[tuple[str, str, int]]) -> dict[str, int]:
    """One post and one person each: user name, role, unit."""
    granted = {
        "valid_from": LONG_AGO, "valid_to": None, "granted_by": "set-up", "confirmed_by": "set-up",
        "confirmed_at": system_now(),
    }  # fmt: skip
    people = put(session, Person, [
        {"username": name, "name": f"Somebody {n}", "state": "active"} for n, (name, _, _) in enumerate(wanted, 1)
    ])  # fmt: skip
    posts = put(session, Post, [
        {"unit_id": unit, "title_zh": f"{role}岗", "title_en": role, "valid_from": LONG_AGO, "valid_to": None}
        for _, role, unit in wanted
    ])  # fmt: skip
    put(session, PostDuty, [
        {"post_id": post, "duty": duty.value, **granted}
        for post, (_, role, _) in zip(posts, wanted, strict=True) for duty in ROLES[role][1]
    ])  # fmt: skip
    put(session, Holding, [
        {"person_id": person, "post_id": post, **granted} for person, post in zip(people, posts, strict=True)
    ])  # fmt: skip
    return dict(zip((name for name, _, _ in wanted), people, strict=True))

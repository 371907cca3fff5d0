"""Inputs and results as plain data: what an edition keeps, hashes, shows again and replays."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from assessment.foundation.exact import canonical, shown
from assessment.foundation.i18n import Bilingual, Sentence, say
from assessment.scoring.rules.cards import ItemScore, Scorecard, Step
from assessment.scoring.rules.composition import CompositeInput, Part
from assessment.scoring.rules.values import Adjustment, AdjustmentKind, Kind, UnitInput, Value


def number_text(number: Decimal | Fraction | int | None) -> str | None:
    """An exact number as text: a decimal where it is one, else a fraction such as ``2/3``."""
    if number is None:
        return None
    exact = Fraction(number)
    return canonical(number) if isinstance(number, Decimal) else str(exact)


def frozen_unit(unit: UnitInput) -> dict[str, Any]:
    """A unit's inputs as plain data, enough to compute its score again without the database."""
    # What looks back stands there only where the scheme does, so that older editions read and hash as they always did.
    earlier = {"previous": unit.previous, "year_before": unit.year_before}
    return {
        "code": unit.code,
        "group": unit.group,
        "attributes": dict(unit.attributes),
        "values": _frozen_values(unit.values),
        **{name: _frozen_values(values) for name, values in earlier.items() if values},
        **({"letters": {name: list(units) for name, units in sorted(unit.letters.items())}} if unit.letters else {}),
        "targets": {name: number_text(target) for name, target in sorted(unit.targets.items())},
        "schedules": {name: number_text(due) for name, due in sorted(unit.schedules.items())},
        "adjustments": frozen_adjustments(unit.adjustments),
    }


def frozen_adjustments(adjustments: Iterable[Adjustment]) -> list[dict[str, Any]]:
    """Confirmed adjustments as plain data."""
    return [
        {
            "kind": one.kind.value,
            "code": one.code,
            "points": number_text(one.points),
            "band": one.band,
            "origin": one.origin,
            **({"matter": one.matter} if one.matter else {}),
        }
        for one in adjustments
    ]


def _thawed_adjustments(data: Iterable[Mapping[str, Any]]) -> tuple[Adjustment, ...]:
    return tuple(
        Adjustment(
            AdjustmentKind(a["kind"]), a["code"], Decimal(a["points"]), a["band"], a["origin"], a.get("matter", "")
        )
        for a in data
    )


def _frozen_values(values: Mapping[str, Value]) -> dict[str, Any]:
    return {
        name: {
            "number": number_text(value.number),
            "kind": value.kind.value,
            "decision": value.decision,
            **({"units": list(value.units)} if value.units else {}),
        }
        for name, value in sorted(values.items())
    }


def _thawed_values(data: Mapping[str, Any]) -> dict[str, Value]:
    return {
        name: Value(_exact(v["number"]), Kind(v["kind"]), v["decision"], tuple(v.get("units", ())))
        for name, v in data.items()
    }


def thawed_unit(data: Mapping[str, Any]) -> UnitInput:
    """The inputs as they were: what a replay computes from."""
    return UnitInput(
        data["code"],
        _thawed_values(data["values"]),
        data["attributes"],
        {name: Decimal(text) for name, text in data["targets"].items()},
        {name: Decimal(text) for name, text in data["schedules"].items()},
        _thawed_adjustments(data["adjustments"]),
        previous=_thawed_values(data.get("previous", {})),
        group=data["group"],
        year_before=_thawed_values(data.get("year_before", {})),
        letters={name: tuple(units) for name, units in data.get("letters", {}).items()},
    )


def frozen_composite(unit: CompositeInput) -> dict[str, Any]:
    """A unit's parts as plain data."""
    return {
        "code": unit.code,
        "group": unit.group,
        "parts": [
            {"code": part.code, "weight": str(part.weight), "total": number_text(part.total), "edition": part.edition}
            for part in unit.parts
        ],
        # Most have none; editions of before read and hash as they did.
        **({"adjustments": frozen_adjustments(unit.adjustments)} if unit.adjustments else {}),
    }


def thawed_composite(data: Mapping[str, Any]) -> CompositeInput:
    """The parts as they were."""
    parts = (
        Part(p["code"], Fraction(p["weight"]), None if p["total"] is None else Decimal(p["total"]), p["edition"])
        for p in data["parts"]
    )
    return CompositeInput(data["code"], data["group"], tuple(parts), _thawed_adjustments(data.get("adjustments", ())))


def _exact(text: str | None) -> Decimal | Fraction | None:
    if text is None:
        return None
    return Fraction(text) if "/" in text else Decimal(text)


def frozen_steps(steps: Iterable[Step]) -> list[dict[str, Any]]:
    """Steps with their facts as text, names kept in both languages."""
    return [
        {"about": step.about.value, "message": step.message, "facts": {k: _plain(v) for k, v in step.facts.items()}}
        for step in steps
    ]


def _plain(fact: Any) -> Any:
    if type(fact) is str:
        return fact
    if isinstance(fact, str):
        return str(fact)
    in_language = getattr(fact, "in_language", None)  # isinstance on a protocol takes fifty times as long
    if in_language is not None:
        return {"zh": in_language("zh"), "en": in_language("en")}
    return str(fact)


def thawed_step(data: Mapping[str, Any]) -> Sentence:
    """One step as a sentence for a reader."""
    return say(
        data["message"],
        **{k: Bilingual(v["zh"], v["en"]) if isinstance(v, dict) else v for k, v in data["facts"].items()},
    )


def frozen_item(item: ItemScore, inputs: Sequence[str], cites: Iterable[tuple[str, object]]) -> dict[str, Any]:
    """An item's score with its explanation, the values it reads and the records it rests on."""
    counted = item.counted
    return {
        "code": item.code,
        "score": None if counted is None else shown(counted),
        "exact": None if counted is None else str(counted),
        "maximum": shown(item.points),
        "kind": item.kind.value,
        "undecided": item.undecided,
        "rule": item.explanation.rule,
        "clause": item.explanation.clause,
        "steps": frozen_steps(item.explanation.steps),
        "inputs": list(inputs),
        "cites": [[kind, str(record_id)] for kind, record_id in cites],
    }


def frozen_standing(card: Scorecard) -> list[dict[str, Any]]:
    """What else made the total, band and rank."""
    return frozen_steps(card.steps)

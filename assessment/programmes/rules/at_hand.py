"""Which model stands at a place of a file, so that only its own keys are known there."""

import types
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from assessment.programmes.rules.shape import Model


def keys_at(location: Sequence[str | int], root: type[Model]) -> list[str]:
    """The keys that are known at pydantic's path (it also names the member of a union), as the file writes them."""
    kinds: list[Any] = [root]
    for part in location:
        # A union that needs no telling apart has no step of its own; what is not found is such a name.
        kinds = [*_members(kinds, part)] or [one for kind in kinds for one in _within(kind, part)] or kinds
    models = [kind for kind in kinds if _is_model(kind)]
    return sorted({str(key) for model in models for key in _fields(model)})


def _members(kinds: Sequence[Any], part: str | int) -> Iterator[Any]:
    """Those among several that a union calls so: by class, or by the word of their discriminator."""
    for kind in kinds if len(kinds) > 1 else ():
        if _is_model(kind):
            words = {word for field in kind.model_fields.values() if get_origin(field.annotation) is Literal
                     for word in get_args(field.annotation)}  # fmt: skip
            if part in {kind.__name__, kind.__name__.lower(), *words}:
                yield kind


def _within(kind: Any, part: str | int) -> Iterator[Any]:
    if _is_model(kind):
        if part in (fields := _fields(kind)):
            yield from _told_apart(fields[part])
    elif get_origin(kind) is tuple and isinstance(part, int):
        members = get_args(kind)
        yield from _told_apart(members[0 if members[-1] is Ellipsis else min(part, len(members) - 1)])
    elif get_origin(kind) is dict:
        yield from _told_apart(get_args(kind)[1])


def _fields(model: type[Model]) -> dict[str | int, Any]:
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def _told_apart(kind: Any) -> Iterator[Any]:
    """The members of a union, without notes and without None."""
    if get_origin(kind) is Annotated:
        yield from _told_apart(get_args(kind)[0])
    elif get_origin(kind) in {Union, types.UnionType}:
        for member in get_args(kind):
            yield from _told_apart(member)
    elif kind is not type(None):
        yield kind


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Model)

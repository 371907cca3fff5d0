"""How a record of every process comes into each of its states, and what is done with it there; a module a room."""

from support.lives import (
    accountability,
    adjustments,
    bulletins,
    cycles,
    delivery,
    inspections,
    objections,
    organisations,
    panels,
    practices,
    programmes,
    remediation,
    rewards,
    scoring,
    submissions,
)
from support.transitions import Life

ROOMS = (
    accountability, adjustments, bulletins, cycles, delivery, inspections, objections, organisations, panels,
    practices, programmes, remediation, rewards, scoring, submissions,
)  # fmt: skip
LIVES: dict[str, Life] = {life.name: life for room in ROOMS for life in room.LIVES}

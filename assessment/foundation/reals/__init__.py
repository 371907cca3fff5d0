"""Real numbers that no fraction gives exactly, compared and rounded correctly all the same."""

from assessment.foundation.reals.numbers import (
    Number,
    Real,
    Undecided,
    log,
    power,
    product_of_powers,
    reciprocal,
    sign_of,
    sqrt,
    total,
)

__all__ = [
    "Number", "Real", "Undecided", "log", "power", "product_of_powers", "reciprocal", "sign_of", "sqrt", "total",
]  # fmt: skip

"""Whole-number combinations of columns, exact at any size, at the speed of a matrix product."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

BASE = 16
"""Bits of a digit: two digits multiply to 32 bits, so 2**21 products add up in a float64 without rounding."""


def combinations(coefficients: Sequence[int], counts: npt.NDArray[np.int64]) -> list[int]:
    """``sum(coefficients[j] * counts[j, i])`` for each column i of ``counts`` (terms x columns), exactly.

    Coefficients have any size, counts fit 62 bits. Both are cut into digits of 16 bits; each product of digits is a
    matrix product of small whole numbers, in which float64 cannot round, whatever order BLAS adds in.
    """
    terms, columns = counts.shape
    if not terms or not columns:
        return [0] * columns
    digits = _digits(coefficients)
    pieces = _pieces(counts)
    size = digits.shape[0] + len(pieces)
    sums = np.zeros((size, columns), np.int64)
    for place, piece in enumerate(pieces):
        sums[place : place + digits.shape[0]] += (digits @ piece).astype(np.int64)
    carry = np.zeros(columns, np.int64)
    for row in sums:
        carry += row
        row[:] = carry & (2**BASE - 1)
        carry >>= BASE
    text, width = sums.astype("<u2").T.tobytes(), 2 * size
    return [
        int.from_bytes(text[place * width : (place + 1) * width], "little") + (top << BASE * size)
        for place, top in enumerate(carry.tolist())
    ]


def _digits(coefficients: Sequence[int]) -> npt.NDArray[np.float64]:
    """Digits x terms, each with its coefficient's sign."""
    size = max(one.bit_length() for one in coefficients) // BASE + 1
    text = b"".join(abs(one).to_bytes(2 * size, "little") for one in coefficients)
    magnitudes = np.frombuffer(text, "<u2").reshape(len(coefficients), size).T.astype(np.float64)
    magnitudes *= np.array([-1 if one < 0 else 1 for one in coefficients])
    return magnitudes


def _pieces(counts: npt.NDArray[np.int64]) -> list[npt.NDArray[np.float64]]:
    """The counts' own digits, lowest first; the highest carries the sign."""
    most = max(int(counts.max()), -int(counts.min()))
    pieces = []
    for _ in range(most.bit_length() // BASE):
        pieces.append((counts & (2**BASE - 1)).astype(np.float64))
        counts = counts >> BASE
    return [*pieces, counts.astype(np.float64)]

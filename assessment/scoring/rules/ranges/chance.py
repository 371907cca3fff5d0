"""The chance of a simulation: whole numbers that anyone can compute again from the seed, with SHAKE-256 alone."""

from __future__ import annotations

from hashlib import shake_256

import numpy as np
import numpy.typing as npt

BLOCK = 256
"""Draws that share one stream; each block has its own, so that no way of cutting the work changes a number."""

Words = npt.NDArray[np.uint32]


def words(seed: int, stream: str, block: int, width: int) -> Words:
    """Block x width numbers below 2**32: SHAKE-256 of the text ``seed,stream,block``, four bytes each, lowest first."""
    text = shake_256(f"{seed},{stream},{block}".encode()).digest(4 * BLOCK * width)
    return np.frombuffer(text, "<u4").reshape(BLOCK, width)


def drawn(seed: int, stream: str, count: int, width: int) -> Words:
    """The numbers of so many draws, one row each."""
    blocks = [words(seed, stream, block, width) for block in range(-(-count // BLOCK))]
    return np.concatenate(blocks)[:count] if blocks else np.zeros((0, width), np.uint32)


def balanced(numbers: Words) -> npt.NDArray[np.float64]:
    """Evenly between -1 and 1, symmetric about 0, exactly."""
    return (2 * numbers.astype(np.float64) + (1 - 2.0**32)) / 2.0**32

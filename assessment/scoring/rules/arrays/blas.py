"""Matrix products on one thread: where the work is split already, or too small to be split."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache

from threadpoolctl import ThreadpoolController


@cache
def _controller() -> ThreadpoolController:
    # Finding the libraries takes milliseconds, setting their threads microseconds.
    return ThreadpoolController()


def one_thread() -> AbstractContextManager[object]:
    """Within this, BLAS makes no threads of its own; results are the same, only the time differs."""
    limited: AbstractContextManager[object] = _controller().limit(limits=1, user_api="blas")
    return limited

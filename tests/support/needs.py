"""What a test needs and this machine may lack: a skip with its sentence at home, a failure under CI=true."""

import os
from typing import NoReturn

import pytest


def lacking(sentence: str) -> NoReturn:
    """End the test: it cannot be run here. A check that silently skips everything would be no check."""
    if os.environ.get("CI", "").lower() in ("1", "true", "yes"):
        pytest.fail(f"{sentence} (Under CI=true that is a failure.)", pytrace=False)
    pytest.skip(sentence)

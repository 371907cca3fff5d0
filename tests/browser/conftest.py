"""The played example behind a server of its own, once a file: what its journeys write, they alone meet."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.example import copied
from support.visitors import Live, served


@pytest.fixture(scope="module")
def live(played: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with served(copied(played, tmp_path_factory.mktemp("live") / "instance")) as found:
        yield found

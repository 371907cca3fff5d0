"""A signer that every test of bulletins shares, and a store of its own for each."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from assessment.foundation.filestore import FileStore
from assessment.foundation.paper.signature import Signer, ensure_signer

NOW = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    return ensure_signer(tmp_path_factory.mktemp("keys"), "Alpha Province", NOW)


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "store")

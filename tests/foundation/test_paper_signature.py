from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assessment.foundation.paper.document import Document
from assessment.foundation.paper.signature import Signer, check, ensure_signer, sign

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("instance") / "keys"


@pytest.fixture(scope="module")
def signer(keys: Path) -> Signer:
    return ensure_signer(keys, "吉林省考评办", NOW)


@pytest.fixture(scope="module")
def body() -> bytes:
    document = Document("zh", "关于考评结果的通报", issuer="吉林省考评办")
    document.heading_title()
    document.paragraph("现将有关情况通报如下。")
    return document.render()


@pytest.fixture(scope="module")
def signed(body: bytes, signer: Signer) -> bytes:
    return sign(body, signer, "发布", NOW)


def test_the_key_is_made_once_and_is_its_owners_alone(keys: Path, signer: Signer) -> None:
    assert ensure_signer(keys, "another name", NOW) == signer
    assert stat.S_IMODE((keys / "signing-key.pem").stat().st_mode) == 0o600


def test_a_signed_paper_begins_with_the_paper(body: bytes, signed: bytes) -> None:
    assert signed.startswith(body)


def test_the_signature_is_valid_and_says_who_and_when(signed: bytes, signer: Signer) -> None:
    found = check(signed, signer.certificate)
    assert found.valid
    assert (found.signer, found.at, found.reason) == ("吉林省考评办", NOW, "")


def test_one_changed_byte_is_found_wherever_it_is(signed: bytes, body: bytes, signer: Signer) -> None:
    for place in range(200, len(body), len(body) // 7):
        changed = bytearray(signed)
        changed[place] ^= 1
        assert not check(bytes(changed), signer.certificate).valid, place


def test_bytes_added_afterwards_are_found(signed: bytes, signer: Signer) -> None:
    assert "added" in check(signed + b"\n% added\n", signer.certificate).reason


def test_another_bodys_signature_is_not_trusted(signed: bytes, tmp_path: Path) -> None:
    other = ensure_signer(tmp_path, "吉林省考评办", NOW)
    found = check(signed, other.certificate)
    assert found.intact
    assert not found.trusted
    assert not found.valid


def test_a_paper_without_a_signature_and_a_file_that_is_no_paper_are_told_apart(body: bytes, signer: Signer) -> None:
    assert "0 signatures" in check(body, signer.certificate).reason
    assert "cannot be read" in check(b"not a PDF", signer.certificate).reason


def test_a_signature_outlives_its_certificate(body: bytes, tmp_path: Path) -> None:
    long_ago = datetime(1990, 1, 1, tzinfo=UTC)
    old = ensure_signer(tmp_path, "旧考评办", long_ago)
    assert check(sign(body, old, "发布", long_ago), old.certificate).valid

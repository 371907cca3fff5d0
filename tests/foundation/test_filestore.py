"""Files received: kept under their hash, told by their content, refused with a plain sentence."""

from __future__ import annotations

import hashlib
import io
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from assessment.foundation.errors import Invalid, NotFound
from assessment.foundation.file_kinds import clean_name, kinds_taken, sniff
from assessment.foundation.filestore import FileStore
from assessment.foundation.frame import Frame
from assessment.foundation.stored_files import StoredFile, receive, record
from assessment.foundation.tables import write_xlsx

AT = datetime(2012, 11, 20, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "uploads")


def everything(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_file_is_kept_once_under_its_hash(store: FileStore) -> None:
    content = b"evidence" * 300_000
    stored = store.put(io.BytesIO(content))
    assert stored == store.put(content)
    assert (stored.sha256, stored.size) == (hashlib.sha256(content).hexdigest(), len(content))
    assert everything(store.root) == [store.path(stored.sha256)]
    assert list(store.names()) == [stored.sha256]
    with store.open(stored.sha256) as file:
        assert file.read() == content
    assert store.path(stored.sha256).stat().st_mode & 0o777 == 0o440


def test_a_file_too_large_leaves_nothing_behind(store: FileStore) -> None:
    with pytest.raises(Invalid, match="larger than 1 MB"):
        store.put(b"x" * (1024 * 1024 + 1), limit=1024 * 1024)
    assert everything(store.root) == []


def test_a_broken_stream_leaves_nothing_behind(store: FileStore) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise ConnectionError

    with pytest.raises(ConnectionError):
        store.put(Broken())
    assert everything(store.root) == []


def test_damage_is_noticed_and_mended_by_the_same_file(store: FileStore) -> None:
    name = store.put(b"evidence").sha256
    assert store.check(name)
    store.path(name).chmod(0o600)
    store.path(name).write_bytes(b"changed")
    assert not store.check(name)
    store.put(b"evidence")
    assert store.check(name)


def test_what_is_not_there_is_said_so(store: FileStore) -> None:
    assert not store.check("0" * 64)
    with pytest.raises(NotFound, match="restore it from a backup"):
        store.open("0" * 64)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "0" * 63, "0" * 63 + "/", "A" * 64, "0" * 64 + "\n"])
def test_only_hashes_are_names(store: FileStore, name: str) -> None:
    with pytest.raises(ValueError, match="not a SHA-256"):
        store.path(name)


# --- kinds -----------------------------------------------------------------------------------------------------------


def picture(kind: str, size: tuple[int, int] = (8, 8)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size).save(buffer, kind)
    return buffer.getvalue()


def png_of(width: int, height: int) -> bytes:
    """A few bytes that claim to be a huge picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def office(main: str, **others: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", others.pop("types", b"<Types/>"))
        archive.writestr(main, "<document/>")
        for name, data in others.items():
            archive.writestr(name, data)
    return buffer.getvalue()


PDF = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
PNG, JPEG, WEBP = picture("PNG"), picture("JPEG"), picture("WEBP")
XLSX, DOCX = write_xlsx(["单位"], [["甲"]], "表"), office("word/document.xml")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize(
    ("content", "name", "mime"),
    [
        (PDF, "通知.pdf", "application/pdf"),
        (PNG, "现场.PNG", "image/png"),
        (JPEG, "a.jpg", "image/jpeg"),
        (JPEG, "a.jpeg", "image/jpeg"),
        (WEBP, "a.webp", "image/webp"),
        (XLSX, "a.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (DOCX, "a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("单位,值\n甲,<5\n".encode(), "a.csv", "text/csv"),
        ("\ufeff说明\r\n".encode(), "a.txt", "text/plain"),
    ],
)
def test_the_kinds_that_are_taken(content: bytes, name: str, mime: str) -> None:
    assert sniff(content, name) == mime


HOSTILE: dict[str, tuple[bytes | Callable[[], bytes], str]] = {
    "web page": (b"<html><script>alert(1)</script>", "a.html"),
    "web page as text": (b"<HTML><body>x", "a.txt"),
    "web page as table": (b"unit,value\nA,< script >alert(1)</script>", "a.csv"),
    "web page as picture": (b"<html>", "a.png"),
    "web page as PDF": (b"<html>", "a.pdf"),
    "drawing": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="x"/>', "a.svg"),
    "drawing as picture": (b"<svg/>", "a.jpg"),
    "drawing as text": (b'  <?xml version="1.0"?><svg/>', "a.txt"),
    "doctype": (b"<!DOCTYPE html>", "a.txt"),
    "php": (b"<?php system($_GET[0]);", "a.txt"),
    "frame": (b"x <iframe src=//x>", "a.csv"),
    "shell script": (b"#!/bin/sh\nrm -rf /\n", "a.txt"),
    "program": (b"MZ" + b"\0" * 100, "a.exe"),
    "program as picture": (b"MZ" + b"\0" * 100, "a.png"),
    "program as text": (b"MZ" + b"\x90" * 100, "a.txt"),
    "ELF as PDF": (b"\x7fELF" + b"\0" * 100, "a.pdf"),
    "two endings": (PNG, "a.png.exe"),
    "two endings, script": (PNG, "a.png.php"),
    "no ending": (PNG, "a"),
    "hidden name": (PNG, ".png"),
    "turned name": (b"MZ", "photo\u202egnp.exe"),
    "zero byte in the name": (b"MZ", "a.exe\0.png"),
    "folders in the name": (PNG, "../../a.sh"),
    "picture as PDF": (PNG, "a.pdf"),
    "PDF as picture": (PDF, "a.png"),
    "PNG as JPEG": (PNG, "a.jpg"),
    "PDF as text": (PDF, "a.txt"),
    "PDF, cut off": (PDF[:30], "a.pdf"),
    "PDF behind other bytes": (b"MZ" + PDF, "a.pdf"),
    "PDF with script": (PDF.replace(b"/Catalog", b"/Catalog /OpenAction << /S /JavaScript /JS (x) >>"), "a.pdf"),
    "PDF with hidden script": (PDF.replace(b"/Catalog", b"/Catalog /S /Java#53cript"), "a.pdf"),
    "PDF that starts programs": (PDF.replace(b"/Catalog", b"/Catalog /S /Launch"), "a.pdf"),
    "picture of 10 gigapixels": (lambda: png_of(100_000, 100_000), "a.png"),
    "picture of 51 megapixels": (lambda: png_of(51_000, 1_000), "a.png"),
    "picture, only its first bytes": (PNG[:8], "a.png"),
    "broken JPEG": (b"\xff\xd8\xff\xe0" + b"\0" * 20, "a.jpg"),
    "GIF": (b"GIF89a" + b"\0" * 20, "a.gif"),
    "GIF as PNG": (b"GIF89a" + b"\0" * 20, "a.png"),
    "TIFF as JPEG": (b"II*\0" + b"\0" * 20, "a.jpg"),
    "old Excel": (OLE, "a.xls"),
    "old Excel as XLSX": (OLE, "a.xlsx"),
    "old Word as DOCX": (OLE, "a.docx"),
    "workbook as document": (XLSX, "a.docx"),
    "document as workbook": (DOCX, "a.xlsx"),
    "archive": (DOCX, "a.zip"),
    "archive as workbook": (lambda: zipped({"a": b"x"}), "a.xlsx"),
    "workbook with macros": (office("xl/workbook.xml", **{"xl/vbaProject.bin": b"x"}), "a.xlsx"),
    "workbook that says macros": (office("xl/workbook.xml", types=b"macroEnabled.main+xml"), "a.xlsx"),
    "document with a program": (office("word/document.xml", **{"word/embeddings/oleObject1.bin": b"x"}), "a.docx"),
    "zip bomb as workbook": (lambda: office("xl/workbook.xml", bomb=b"0" * 100_000_000), "a.xlsx"),
    "zip bomb as document": (lambda: office("word/document.xml", bomb=b"0" * 100_000_000), "a.docx"),
    "half an archive": (DOCX[:40], "a.docx"),
    "empty": (b"", "a.txt"),
    "too large": (lambda: b"x" * (10 * 1024 * 1024 + 1), "a.txt"),
    "not UTF-8": ("单位".encode("gb18030"), "a.csv"),
    "control characters": (b"a\x1b[2Jb", "a.txt"),
    "zero bytes": (b"a\0b", "a.csv"),
    "rich text": (b"{\\rtf1 x}", "a.txt"),
    "mail": (b"From: x", "a.eml"),
    "shortcut": (b"[InternetShortcut]", "a.url"),
}


def zipped(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_files_are_refused_with_a_plain_sentence(kind: str) -> None:
    made, name = HOSTILE[kind]
    content = made if isinstance(made, bytes) else made()
    tracemalloc.start()
    with pytest.raises(Invalid) as refused:
        sniff(content, name)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 200_000_000
    assert "send" in str(refused.value.sentence)
    assert refused.value.sentence.in_language("zh") != str(refused.value.sentence)


def test_the_corpus_is_large_enough() -> None:
    assert len(HOSTILE) >= 40


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("C:\\Users\\li\\照片 1.jpg", "照片 1.jpg"),
        ("../../etc/passwd", "passwd"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("a\r\nSet-Cookie: x.txt", "aSet-Cookie: x.txt"),
        ("..", "file"),
        ("", "file"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("x." + "y" * 300, "y" * 120),
    ],
)
def test_names_are_made_fit_to_be_shown(given: str, shown: str) -> None:
    assert clean_name(given) == shown


def test_what_is_taken_is_said_before() -> None:
    assert str(kinds_taken()) == "PDF, PNG, JPEG, WebP, XLSX, DOCX, CSV, TXT, each at most 10 MB"


def test_a_received_file_has_one_row_whoever_sends_it_again(frame: Frame, store: FileStore) -> None:
    stored, mime = receive(store, PNG, "现场.png")
    with frame.write() as session:
        first = record(session, stored, mime, "现场.png", AT)
        assert record(session, stored, mime, "copy.png", AT) is first
    with frame.read() as session:
        row = session.get_one(StoredFile, stored.sha256)
        assert (row.size, row.mime, row.first_name, row.received_at) == (len(PNG), "image/png", "现场.png", AT)


def test_a_refused_file_is_not_kept(store: FileStore) -> None:
    with pytest.raises(Invalid):
        receive(store, b"<html>", "a.png")
    assert everything(store.root.parent) == []

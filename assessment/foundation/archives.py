"""Zip archives from outside: unpacked in memory, up to a limit that holds whatever sizes the archive claims."""

from __future__ import annotations

import io
import zipfile
import zlib

MOST_PARTS = 2_000
MOST_BYTES = 64 * 1024 * 1024  # all parts together


class BadArchive(Exception):
    """Not an archive that can be read."""


class TooLarge(BadArchive):
    """It would unpack to more than the limit."""


def unpack(content: bytes, most: int = MOST_BYTES) -> dict[str, bytes]:
    """All parts, their names in lower case; raises ``BadArchive``."""
    parts: dict[str, bytes] = {}
    left = most
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if len(archive.infolist()) > MOST_PARTS:
                raise TooLarge
            for part in archive.infolist():
                data = _inflate(content, part, left)
                left -= len(data)
                if part.filename.lower() in parts:  # two readers could each take another one
                    raise BadArchive
                parts[part.filename.lower()] = data
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError) as fault:
        raise BadArchive from fault
    return parts


def _inflate(content: bytes, part: zipfile.ZipInfo, limit: int) -> bytes:
    if part.flag_bits & 1 or part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise BadArchive  # encrypted, or packed in a way that no office software uses
    head = content[part.header_offset : part.header_offset + 30]
    names = int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
    start = part.header_offset + 30 + names
    packed = memoryview(content)[start : start + part.compress_size]
    if part.compress_type == zipfile.ZIP_STORED:
        data = bytes(packed[: limit + 1])
    else:
        data = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, limit + 1)
    if len(data) > limit:
        raise TooLarge
    return data

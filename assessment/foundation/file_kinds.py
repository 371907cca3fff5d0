"""What a received file is, told by its content: only kinds that can do no harm, and only under their own ending."""

from __future__ import annotations

import io
import re
import unicodedata
import warnings
from collections.abc import Callable
from pathlib import PurePosixPath

import filetype
from PIL import Image, UnidentifiedImageError

from assessment.foundation.archives import BadArchive, unpack
from assessment.foundation.errors import Invalid
from assessment.foundation.filestore import LARGEST
from assessment.foundation.i18n import N_, Sentence, say

MOST_PIXELS = 50_000_000
LONGEST_NAME = 120
UNSHOWN = ("Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn")  # Unicode's control, format, half and unassigned characters
OFFICE = "application/vnd.openxmlformats-officedocument."

ENDINGS = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".xlsx": f"{OFFICE}spreadsheetml.sheet",
    ".docx": f"{OFFICE}wordprocessingml.document",
    ".csv": "text/csv",
    ".txt": "text/plain",
}
ALLOWED = "PDF, PNG, JPEG, WebP, XLSX, DOCX, CSV, TXT"

NOT_ITS_ENDING = N_("“{name}” is not what its ending {ending} says; save it again in that format and send it.")


def clean_name(filename: str) -> str:
    """The name as it may be shown: no folders, no control characters or reversed writing, not too long."""
    last = PurePosixPath(filename.replace("\\", "/")).name
    shown = "".join(sign for sign in last if unicodedata.category(sign) not in UNSHOWN)
    stem, dot, ending = shown.strip(" .").rpartition(".")
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}{dot}{ending}"[-LONGEST_NAME:] or "file"


def sniff(content: bytes, filename: str) -> str:
    """The MIME type of a file that may be kept; raises ``Invalid`` with a sentence for every other one."""
    name = clean_name(filename)
    ending = PurePosixPath(name).suffix.lower()
    mime = ENDINGS.get(ending)
    if mime is None:
        facts = {"name": name, "allowed": ALLOWED}
        raise Invalid(say("“{name}” is of a kind that is not taken; send one of {allowed}.", **facts))
    if not content:
        raise Invalid(say("“{name}” is empty; send the file again.", name=name))
    if len(content) > LARGEST:
        raise Invalid(say("The file is larger than {limit} MB; send a smaller one.", limit=LARGEST // 1024 // 1024))
    against = CHECKS[mime.partition("/")[0] if mime.startswith(("image/", "text/")) else mime](content, mime)
    if against:
        raise Invalid(say(against, name=name, ending=ending))
    return mime


def _against_picture(content: bytes, mime: str) -> str:
    """Only the header is read: its size decides before anything is unpacked."""
    if filetype.guess_mime(content) != mime:
        return NOT_ITS_ENDING
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[mime.partition("/")[2].upper()]) as picture:
                width, height = picture.size
    except Image.DecompressionBombError:
        return TOO_MANY_PIXELS
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return NOT_ITS_ENDING
    return TOO_MANY_PIXELS if width * height > MOST_PIXELS else ""


TOO_MANY_PIXELS = N_("“{name}” has more than 50 million pixels; make the picture smaller and send it again.")
WITH_MACROS = N_("“{name}” holds macros or embedded programs; save it without them and send it again.")
WITH_SCRIPTS = N_("“{name}” holds scripts or programs; print it to a new PDF and send that.")
NOT_TEXT = N_("“{name}” is not plain text in UTF-8; save it as UTF-8, without tags or programs, and send it again.")

_MARKUP = re.compile(rb"<\s*(!doctype|html|head|body|script|svg|iframe|object|embed|\?xml|\?php)", re.IGNORECASE)
_ACTIVE_PDF = re.compile(rb"/(JavaScript|Launch|RichMedia)(?![A-Za-z0-9])")
_HEX_IN_NAME = re.compile(rb"#([0-9A-Fa-f]{2})")


def _against_pdf(content: bytes, _mime: str) -> str:
    if not content.startswith(b"%PDF-") or b"%%EOF" not in content[-2048:]:
        return NOT_ITS_ENDING
    spelled_out = _HEX_IN_NAME.sub(lambda found: bytes([int(found[1], 16)]), content)  # a name may write S as #53
    return WITH_SCRIPTS if _ACTIVE_PDF.search(spelled_out) else ""


def _against_office(content: bytes, mime: str) -> str:
    main = "xl/workbook.xml" if "spreadsheet" in mime else "word/document.xml"
    try:
        parts = unpack(content)
    except BadArchive:
        return NOT_ITS_ENDING
    if main not in parts or "[content_types].xml" not in parts:
        return NOT_ITS_ENDING
    programs = ("vbaproject.bin", ".exe", ".dll", ".js", ".vbs", "oleobject")
    named = any(word in part for part in parts for word in programs) or b"macroEnabled" in parts["[content_types].xml"]
    return WITH_MACROS if named else ""


def _against_text(content: bytes, _mime: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return NOT_TEXT
    if any(sign < " " and sign not in "\t\r\n" for sign in text) or _MARKUP.search(content):
        return NOT_TEXT
    return NOT_TEXT if filetype.guess_mime(content) or content.startswith((b"%PDF", b"#!", b"{\\rtf")) else ""


CHECKS: dict[str, Callable[[bytes, str], str]] = {
    "image": _against_picture,
    "text": _against_text,
    "application/pdf": _against_pdf,
    ENDINGS[".xlsx"]: _against_office,
    ENDINGS[".docx"]: _against_office,
}


def kinds_taken() -> Sentence:
    """For the page that asks for a file."""
    return say("{allowed}, each at most {limit} MB", allowed=ALLOWED, limit=LARGEST // 1024 // 1024)

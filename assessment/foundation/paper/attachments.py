"""Files that travel inside a paper: its data, so that whoever holds the paper can recompute what it says."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFStream, PDFString, PDFZCompress
from reportlab.pdfgen.canvas import Canvas

LARGEST = 64 * 1024 * 1024


class NotReadable(Exception):
    """The file is no PDF, or its attachments cannot be read."""


@dataclass(frozen=True)
class Attachment:
    name: str
    content: bytes
    description: str
    mime: str = "application/json"


def attach(canvas: Canvas, files: list[Attachment]) -> None:
    """Put files into the document; the same files give the same bytes."""
    names = []
    document = canvas._doc  # noqa: SLF001 - reportlab offers no other way to the catalogue
    for file in sorted(files, key=lambda one: one.name):
        kind = PDFName(file.mime.replace("/", "#2F"))
        header = {
            "Type": PDFName("EmbeddedFile"),
            "Subtype": kind,
            "Params": PDFDictionary({"Size": len(file.content)}),
        }
        stream = document.Reference(PDFStream(PDFDictionary(header), file.content, [PDFZCompress]))
        entry = PDFDictionary(
            {
                "Type": PDFName("Filespec"),
                "F": PDFString(file.name),
                "UF": PDFString(file.name),
                "Desc": PDFString(file.description),
                "AFRelationship": PDFName("Source"),
                "EF": PDFDictionary({"F": stream}),
            }
        )
        names += [PDFString(file.name), document.Reference(entry)]
    if names:
        document.Catalog.Names = PDFDictionary({"EmbeddedFiles": PDFDictionary({"Names": PDFArray(names)})})


def attached(pdf: bytes) -> dict[str, bytes]:
    """What a file carries, by name; raises ``NotReadable``."""
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        root = PdfFileReader(BytesIO(pdf)).root
        if "/Names" not in root or "/EmbeddedFiles" not in root["/Names"]:
            return {}
        pairs = root["/Names"]["/EmbeddedFiles"]["/Names"]
        found = {}
        for place in range(0, len(pairs) - 1, 2):
            content = bytes(pairs[place + 1]["/EF"]["/F"].data)
            if len(content) > LARGEST:
                raise NotReadable("An attachment is larger than can be checked.")
            found[str(pairs[place])] = content
    except (PdfError, ValueError, OSError, LookupError, TypeError, AttributeError) as fault:
        raise NotReadable(str(fault) or type(fault).__name__) from fault
    return found

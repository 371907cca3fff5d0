"""What nobody should be able to send: files and words that are none, and forms filled in with them."""

import io
import random
import zipfile
from typing import Any

import xlsxwriter

from support.reading import Form

MEGABYTE = 2**20

def workbook(cells: list[list[str]]) -> bytes:
    """What begins with = is a formula in it."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate(cells):
            sheet.write_row(place, 0, row)
    return made.getvalue()


def zip_bomb() -> bytes:
    """A workbook of some kilobytes whose sheet unpacks to 400 MB."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook([["unit", "value"]]))) as honest,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as bomb,
    ):
        for name in honest.namelist():
            if name != "xl/worksheets/sheet1.xml":
                bomb.writestr(name, honest.read(name))
        with bomb.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(400):
                sheet.write(b"<" * MEGABYTE)
    return made.getvalue()


def ten_faults() -> bytes:
    rows = [f"99999{n},2012-11,no_such_value,{'x' * n}" for n in range(10)]
    return "\n".join(["unit,period,value,number", *rows]).encode()


SEED = random.Random(20121113)
FILES: dict[str, tuple[str, bytes]] = {
    "binary garbage": ("report.csv", SEED.randbytes(4096)),
    "binary garbage as a workbook": ("report.xlsx", b"PK\x03\x04" + SEED.randbytes(4096)),
    "nothing": ("report.csv", b""),
    "NUL bytes": ("report.csv", b"unit,value\n\x00\x00,\x00"),
    "another table": ("report.csv", b"colour,taste\nred,sweet\n"),
    "wrong columns": ("report.csv", b"unit,unit,value\n220102,220102,1\n"),
    "ten faults at once": ("report.csv", ten_faults()),
    "formula cells": (
        "report.xlsx", workbook([["unit", "period", "value", "number"], ["=1+1", "=A1", "=NOW()", "=1/0"]]),
    ),
    "a zip bomb": ("report.xlsx", zip_bomb()),
    "a billion laughs": (
        "scheme.yaml", b"a: &a [x,x,x,x,x,x,x,x]\n" + b"".join(
            b"%c: &%c [*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c]\n" % (n, n, *[n - 1] * 8) for n in range(98, 110)
        ),
    ),
    "a tag that would build an object": ("scheme.yaml", b"!!python/object/apply:os.system ['true']\n"),
    "a list for a scheme": ("scheme.yaml", b"- 1\n- 2\n"),
    "half a scheme": ("scheme.yaml", b"programme: {code: x}\npoints: {a: -1, b: [\n"),
    "very deep": ("scheme.yaml", b"[" * 5000),
    "latin letters in another encoding": ("report.csv", "unit,value\n吉林,1\n".encode("utf-16")),
}  # fmt: skip

JUNK = (
    "", " ", "0", "-1", "99999999999999999999", "1e400", "NaN", "Infinity", "½", "٣", "１２", "=1+1", "' OR 1=1 --",
    "<script>alert(1)</script>", "{{ 7 * 7 }}", "{name}", "%s", "2012-02-30", "0001-01-01", "9999-12-31",
    "2012-11-13T25:00",
    "\u202e", "\U0001f600", "\ufeff", "长" * 5000,
    "x" * 20_000, "\r\n\r\n", "../../etc/passwd", "on", "[]", "1,2;3\t4\n5",
)  # fmt: skip


def filled(form: Form, token: str, filename: str, content: bytes) -> dict[str, Any]:
    """The form as somebody would send it, with this file in every place for one."""
    data: dict[str, Any] = {**form.values, "csrf_token": token}
    for name, kind in form.fields.items():
        if kind == "file":
            data[name] = (io.BytesIO(content), filename)
        elif kind in ("select", "radio"):
            data[name] = next((one for one in form.choices.get(name, []) if one), "")
        elif kind == "date":
            data[name] = "2012-11-12"
        elif kind in ("text", "textarea") and not data.get(name):
            data[name] = "1"
    return data

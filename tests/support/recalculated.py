"""Workbooks opened, computed anew and saved by LibreOffice: what a person sees who opens them."""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import python_calamine

from support.needs import lacking

SENTENCE = "There is no LibreOffice (soffice) to recalculate workbooks; install libreoffice-calc-nogui."
# Without this LibreOffice trusts the numbers that the file brings along.
ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item></oor:items>
"""


def recalculated(folder: Path, workbooks: Mapping[str, bytes]) -> dict[str, dict[str, list[list[object]]]]:
    """By workbook and sheet: its rows from the first, as computed now. All are opened in one run."""
    soffice = shutil.which("soffice")
    if soffice is None:
        lacking(SENTENCE)
    given, made, profile = (folder / name for name in ("given", "made", "profile"))
    for one in (given, made, profile / "user"):
        one.mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS)
    for name, content in workbooks.items():
        (given / f"{name}.xlsx").write_bytes(content)
    subprocess.run(
        [soffice, "--headless", f"-env:UserInstallation={profile.as_uri()}", "--convert-to", "xlsx",
         "--outdir", str(made), *(str(given / f"{name}.xlsx") for name in workbooks)],
        check=True, capture_output=True, timeout=600,
    )  # fmt: skip
    return {name: _rows(made / f"{name}.xlsx") for name in workbooks}


def _rows(path: Path) -> dict[str, list[list[object]]]:
    book = python_calamine.CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}

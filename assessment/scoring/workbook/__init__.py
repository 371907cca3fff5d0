"""A period's scores as an Excel workbook whose cells compute: anyone can follow a score, and try another figure."""

from assessment.scoring.workbook.lines import Published
from assessment.scoring.workbook.making import Made, Told, workbook

__all__ = ["Made", "Published", "Told", "workbook"]

"""The examples for readers of English: what their people typed is read out in English; the record stays as it is."""

from __future__ import annotations

from flask import Response

from assessment.demo.typed import reading
from assessment.faces.web.kit import banner, language


def read_out(response: Response) -> Response:
    """Only where this is the example: elsewhere nobody's words are ever shown as others than they are."""
    if banner.is_example() and language() == "en" and response.mimetype == "text/html":
        response.set_data(reading().of(response.get_data(as_text=True)))
    return response

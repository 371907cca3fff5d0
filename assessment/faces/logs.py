"""What the programs write to standard error: sentences for a terminal, or one JSON object a line for a collector."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping
from datetime import UTC, datetime

from flask import g, has_request_context

from assessment.foundation.settings import BadSetting, read

FACTS = ("request", "method", "route", "status", "ms", "person")
"""What a line may hold beside its message: a person by number, never by name."""


def configure(environment: Mapping[str, str] = os.environ) -> None:
    """``ASSESSMENT_LOG``: text (warnings and errors), or json (each request as well). Raises ``BadSetting``."""
    way = read(environment, "ASSESSMENT_LOG", "text")
    if way not in ("text", "json"):
        raise BadSetting(f"ASSESSMENT_LOG is “{way}”; say text or json.")
    handler = logging.StreamHandler()
    handler.addFilter(_name_request)
    handler.setFormatter(AsJson() if way == "json" else logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO if way == "json" else logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)


def _name_request(record: logging.LogRecord) -> bool:
    """Lines of one request are found by its id, which the error page shows."""
    if has_request_context():
        record.request = g.get("request_id")
    return True


class AsJson(logging.Formatter):
    """One object a line, with the same names everywhere."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line.update({name: value for name in FACTS if (value := getattr(record, name, None)) is not None})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)

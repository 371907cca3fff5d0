"""The server as a proxy meets it."""

import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from waitress import wasyncore

from assessment.faces.cli.serving import listening
from assessment.faces.web.app import create_app
from assessment.faces.web.pages import health
from assessment.foundation.frame import Frame
from support.web import settings

FORWARDED = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "measures.example"}


@contextmanager
def served(frame: Frame, folder: Path, proxies: str) -> Iterator[str]:
    found = settings(folder, ASSESSMENT_PROXIES=proxies, ASSESSMENT_PORT="0")
    server = listening(create_app(found, frame, rooms=[health.pages]), found)
    stop = threading.Event()

    def turn() -> None:
        while not stop.is_set():
            wasyncore.loop(timeout=0.05, map=server._map, count=1)

    thread = threading.Thread(target=turn)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        stop.set()
        thread.join(10)
        server.task_dispatcher.shutdown()
        wasyncore.close_all(server._map)


@pytest.mark.parametrize(("proxies", "is_secure"), [("0", False), ("1", True)])
def test_a_proxy_is_believed_as_far_as_the_setting_says(
    frame: Frame, tmp_path: Path, proxies: str, is_secure: bool
) -> None:
    with served(frame, tmp_path, proxies) as address:
        asked = urllib.request.Request(f"{address}/healthz", headers=FORWARDED)
        with urllib.request.urlopen(asked, timeout=10) as answer:
            assert ("Strict-Transport-Security" in answer.headers) == is_secure

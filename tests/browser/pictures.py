"""The README's pictures, taken of the played example as it is served: `make pictures` rewrites docs/pictures/."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from support import browsers
from support.example import copied, played_in
from support.visitors import Live, Visitor, served

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
WIDE = {"width": 1280, "height": 900}
SHOWN = 1400
"""What lies further down a page than this is left off."""
BULLETIN = "SELECT id, number FROM bulletin WHERE state = 'published' ORDER BY published_at DESC, id DESC"
TASK = "SELECT id FROM task WHERE state = 'reported_done' ORDER BY id"


def main() -> None:
    chromium, pdftoppm = browsers.chromium(), shutil.which("pdftoppm")
    if chromium is None or pdftoppm is None:
        sys.exit(browsers.SENTENCE if chromium is None else "No pdftoppm here: install poppler-utils.")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        settings = copied(played_in(Path(folder) / "played"), Path(folder) / "instance")
        with served(settings) as live, browsers.launched(chromium) as browser:
            visitor = Visitor(browser.new_context(viewport=WIDE).new_page(), live.address)
            see(visitor, live, "leader", "/", "leader-home.png")
            task = live.one(TASK).id
            see(visitor, live, "supervision", f"/remediation/{task}", "task.png")
            number = live.one(BULLETIN).number
        first_page(pdftoppm, settings.documents / "bulletins" / f"{number}.en.pdf", FOLDER / "bulletin.png")


def see(visitor: Visitor, live: Live, username: str, path: str, name: str) -> None:
    visitor.become(live.one("SELECT id FROM person WHERE username = :name", name=username).id)
    visitor.go(path)
    height = visitor.page.evaluate("document.documentElement.scrollHeight")
    shown = {"x": 0, "y": 0, "width": WIDE["width"], "height": min(height, SHOWN)}
    visitor.page.screenshot(path=FOLDER / name, full_page=True, clip=shown)


def first_page(pdftoppm: str, paper: Path, picture: Path) -> None:
    how = ["-png", "-r", "80", "-f", "1", "-l", "1", "-singlefile"]
    subprocess.run([pdftoppm, *how, str(paper), str(picture.with_suffix(""))], check=True)


if __name__ == "__main__":
    main()

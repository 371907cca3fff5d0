"""The README's pictures, taken of the played example as it is served: `make pictures` rewrites docs/pictures/."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from support import browsers
from support.example import copied, played_in
from support.visitors import Live, Visitor, served

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 780}
SHOWN = 1400
"""What lies further down a page than this is left off."""
BULLETIN = "SELECT id, number FROM bulletin WHERE state = 'published' ORDER BY published_at DESC, id DESC"
TASK = "SELECT id FROM task WHERE state = 'reported_done' ORDER BY id"
CASE = "SELECT id FROM accountability_case WHERE state = 'law_reviewed' ORDER BY id"
INSPECTOR = (
    "SELECT p.username FROM visit v JOIN visit_inspector i ON i.visit_id = v.id"
    " JOIN person p ON p.id = i.person_id WHERE v.state = 'under_way' ORDER BY v.id"
)
PERIOD = "SELECT id FROM period WHERE state = 'objections' AND kind = 'month' ORDER BY last_day DESC"
CARD = (
    "SELECT c.id FROM scorecard c JOIN edition e ON e.id = c.edition_id JOIN period p ON p.id = e.period_id"
    " WHERE p.id = :period AND c.unit_code = '220102' ORDER BY e.number DESC"
)


@dataclass(frozen=True)
class Shot:
    """A page as one person sees it; ``name`` is the picture's, in English, and ``name.zh`` in Chinese."""

    name: str
    username: str
    path: str
    is_phone: bool = False


def shots(live: Live) -> list[Shot]:
    period = live.one(PERIOD).id
    return [
        Shot("leader-home", "leader", "/"),
        Shot("task", "supervision", f"/remediation/{live.one(TASK).id}"),
        Shot("completeness", "office", f"/submissions/periods/{period}/completeness"),
        Shot("board", "supervision", "/remediation/board"),
        Shot("visit-phone", live.one(INSPECTOR).username, "/", is_phone=True),
        Shot("place", "head.220102", "/my-place"),
        Shot("score", "reviewer", f"/scoring/scorecards/{live.one(CARD, period=period).id}"),
        Shot("case", "decider", f"/accountability/{live.one(CASE).id}"),
        Shot("audit", "auditor", "/audit"),
        Shot("state", "admin", "/readyz"),
    ]


def main() -> None:
    chromium, pdftoppm = browsers.chromium(), shutil.which("pdftoppm")
    if chromium is None or pdftoppm is None:
        sys.exit(browsers.SENTENCE if chromium is None else "No pdftoppm here: install poppler-utils.")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        settings = copied(played_in(Path(folder) / "played"), Path(folder) / "instance")
        with served(settings) as live, browsers.launched(chromium) as browser:
            for shot in shots(live):
                context = browser.new_context(viewport=PHONE if shot.is_phone else WIDE)
                visitor = Visitor(context.new_page(), live.address)
                visitor.become(live.one("SELECT id FROM person WHERE username = :name", name=shot.username).id)
                for language, ending in (("en", ""), ("zh", ".zh")):
                    visitor.go(f"/?language={language}")
                    see(visitor, shot, f"{shot.name}{ending}.png")
                context.close()
            number = live.one(BULLETIN).number
        first_page(pdftoppm, settings.documents / "bulletins" / f"{number}.en.pdf", FOLDER / "bulletin.png")


def see(visitor: Visitor, shot: Shot, name: str) -> None:
    visitor.go(shot.path)
    size = PHONE if shot.is_phone else WIDE
    height = visitor.page.evaluate("document.documentElement.scrollHeight")
    shown = {"x": 0, "y": 0, "width": size["width"], "height": min(height, SHOWN)}
    visitor.page.screenshot(path=FOLDER / name, full_page=True, clip=shown)
    fewer_colours(FOLDER / name)


def fewer_colours(picture: Path) -> None:
    """A page has few colours: a palette makes the picture a third of its size."""
    with Image.open(picture) as whole:
        whole.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(picture, optimize=True)


def first_page(pdftoppm: str, paper: Path, picture: Path) -> None:
    how = ["-png", "-r", "80", "-f", "1", "-l", "1", "-singlefile"]
    subprocess.run([pdftoppm, *how, str(paper), str(picture.with_suffix(""))], check=True)


if __name__ == "__main__":
    main()

"""Which font sets which part of a paper: found on this machine, tried in a fixed order, never a box for a letter."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from threading import RLock
from types import MappingProxyType
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from assessment.foundation.errors import NotNow
from assessment.foundation.i18n import N_, say
from assessment.foundation.paper.fontfile import open_font
from assessment.foundation.paper.outlines import OutlineFont

# Free fonts only; others are named by the operator. Chinese families of a collection end in SC.
FANG = ("ZhuqueFangsong-Regular.ttf", "FandolFang-Regular.otf")
KAI = ("LXGWWenKaiGB-Regular.ttf", "LXGWWenKai-Regular.ttf", "FandolKai-Regular.otf", "gkai00mp.ttf")
HEI = ("FandolHei-Regular.otf", "NotoSansCJK-Medium.ttc", "NotoSansCJKsc-Medium.otf", "SourceHanSansSC-Medium.otf",
       "NotoSansCJK-Bold.ttc", "NotoSansCJKsc-Bold.otf", "NotoSansSC-Bold.otf", "SourceHanSansSC-Bold.otf")
SONG = ("NotoSerifCJK-Regular.ttc", "NotoSerifCJKsc-Regular.otf", "NotoSerifSC-Regular.otf",
        "NotoSerifSC-Regular.ttf", "SourceHanSerifSC-Regular.otf", "FandolSong-Regular.otf")
BOLD_SONG = ("NotoSerifCJK-Bold.ttc", "NotoSerifCJKsc-Bold.otf", "NotoSerifSC-Bold.otf", "NotoSerifSC-Bold.ttf",
             "SourceHanSerifSC-Bold.otf", "FandolSong-Bold.otf")
SANS = ("NotoSansCJK-Regular.ttc", "NotoSansCJKsc-Regular.otf", "NotoSansSC-Regular.otf", "wqy-microhei.ttc")
SERIF = ("SourceSerifPro-Regular.ttf", "LiberationSerif-Regular.ttf", "Tinos-Regular.ttf", "NotoSerif-Regular.ttf",
         "DejaVuSerif.ttf")
BOLD_SERIF = ("SourceSerifPro-Bold.ttf", "LiberationSerif-Bold.ttf", "Tinos-Bold.ttf", "NotoSerif-Bold.ttf",
              "DejaVuSerif-Bold.ttf")

# Each role in the order of preference, best first; the last resort is always the font that pip installs.
ROLES: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "title": BOLD_SONG, "body": FANG + SONG, "kai": KAI + SONG, "hei": HEI, "song": SONG, "sans": SANS,
    "latin": SERIF, "latin-bold": BOLD_SERIF,
})
HEAVY = ("title", "hei", "latin-bold")  # drawn bolder when only a regular weight is there
FALLBACKS = ("song", "sans", "kai", "body")
PACKAGES = (("zhplot", "fonts"), ("font_source_serif_pro", "files"))
LAST_RESORT = "NotoSansSC-Regular.ttf"
SUFFIXES = (".ttf", ".otf", ".ttc")

BETTER: Mapping[str, str] = MappingProxyType({
    "title": N_("Noto Serif CJK SC Bold, or Xiaobiaosong in the fonts folder"),
    "body": N_("Zhuque Fangsong or FandolFang, or Fangsong_GB2312 in the fonts folder"),
    "kai": N_("LXGW WenKai or FandolKai, or Kaiti_GB2312 in the fonts folder"),
    "hei": N_("FandolHei or Noto Sans CJK SC Medium"),
    "song": N_("Noto Serif CJK SC"),
    "sans": N_("Noto Sans CJK SC"),
    "latin": N_("Source Serif Pro or Liberation Serif"),
    "latin-bold": N_("Source Serif Pro or Liberation Serif"),
})


class MissingGlyph(NotNow):
    """No font at hand has these characters: the paper is not made, for a box in a name is worse than no paper."""

    def __init__(self, characters: Iterable[str], place: str) -> None:
        self.characters = tuple(dict.fromkeys(characters))
        self.place = place
        named = ", ".join(f"{character} (U+{ord(character):04X})" for character in self.characters)
        super().__init__(
            say("No font at hand has {characters}, needed in: {place}. Install Noto Serif CJK SC.",
                characters=named, place=place)
        )  # fmt: skip


class NoFonts(NotNow):
    """Not one font with Chinese characters was found."""

    def __init__(self) -> None:
        super().__init__(say(
            "No font with Chinese characters was found. Install the one that pip brings: "
            "pip install --no-deps -r requirements-fonts.txt"
        ))  # fmt: skip


@dataclass(frozen=True, eq=False)
class Face:
    """One registered font; ``stroke`` thickens it by that share of its size where a bold weight is wanting."""

    name: str
    path: Path
    font: Any
    stroke: float = 0.0
    characters: Mapping[int, int] = field(default_factory=dict, repr=False)

    def has(self, text: str) -> bool:
        return all(ord(character) in self.characters for character in text)

    def width(self, text: str) -> float:
        """Of the text at size 1."""
        width: float = sum(map(self.font.face.getCharWidth, map(ord, text)))
        return width / 1000


Run = tuple[Face, str]


class Chain:
    """Fonts in order; each character is set in the first that has it. The later ones are read only when needed."""

    def __init__(self, files: Sequence[Path], load_face: Callable[[Path], Face]) -> None:
        self.files = tuple(files)
        self._load_face = load_face
        self.first = load_face(self.files[0])
        self._in_first: set[str] = set()  # characters known to be there
        self._advances: dict[str, float] = {}
        self._split = lru_cache(maxsize=20_000)(self._runs)
        self.width = lru_cache(maxsize=20_000)(self._width)

    def runs(self, text: str, place: str = "") -> tuple[Run, ...]:
        """The text font by font; ``place`` is where it stands, said of what no font has."""
        if text and self._in_first.issuperset(text):
            return ((self.first, text),)
        return self._split(text, place)

    def _runs(self, text: str, place: str) -> tuple[Run, ...]:
        if self.first.has(text):
            self._in_first.update(text)
            return ((self.first, text),) if text else ()
        runs: list[tuple[Face, list[str]]] = []
        missing = []
        for character in text:
            face = self._face_with(ord(character))
            if face is None:
                missing.append(character)
            elif runs and runs[-1][0] is face:
                runs[-1][1].append(character)
            else:
                runs.append((face, [character]))
        if missing:
            raise MissingGlyph(missing, place or text)
        return tuple((face, "".join(characters)) for face, characters in runs)

    def _face_with(self, code: int) -> Face | None:
        if code in self.first.characters:
            return self.first
        return next((face for face in map(self._load_face, self.files[1:]) if code in face.characters), None)

    def _width(self, text: str) -> float:
        """Of the text at size 1; every width is looked up once a character."""
        try:
            return sum(map(self._advances.__getitem__, text))
        except KeyError:
            for face, part in self.runs(text):
                self._advances.update((character, face.width(character)) for character in part)
            return sum(map(self._advances.__getitem__, text))


@dataclass(frozen=True)
class FontUse:
    """What a role is set in, whether the last resort had to do, and what would look better."""

    role: str
    file: Path
    makeshift: bool
    better: str


class FontBook:
    """The fonts of one machine: the operator's folder, then the system's folders, then what pip installed.

    In the operator's folder a file is named for its role (``title.ttf``, ``body.otf``, ``kai.ttc`` ...).
    """

    def __init__(self, own: Path | None = None, system: Sequence[Path] | None = None) -> None:
        self.own = own
        self._files = find_files(system_folders() if system is None else system)
        self._chains: dict[str, Chain] = {}
        self._lock = RLock()

    def chain(self, role: str) -> Chain:
        with self._lock:
            if role not in self._chains:
                self._chains[role] = self._make_chain(role)
            return self._chains[role]

    def _make_chain(self, role: str) -> Chain:
        first = self._files_for(role)
        others = [file for other in FALLBACKS for file in self._files_for(other)[:1]]
        files = list(dict.fromkeys([*first[:1], *others, *self._last_resort()]))
        if not others:
            raise NoFonts
        return Chain(files, lambda file: self._face(file, role))

    def _files_for(self, role: str) -> list[Path]:
        own = [self.own / f"{role}{suffix}" for suffix in SUFFIXES] if self.own else []
        found = [file for file in own if file.is_file()]
        found += [self._files[name.lower()] for name in ROLES[role] if name.lower() in self._files]
        return [file for file in found if usable(file)] or self._last_resort()

    def _last_resort(self) -> list[Path]:
        return [file for file in packaged() if file.name == LAST_RESORT]

    def _face(self, file: Path, role: str) -> Face:
        heavy = role in HEAVY and not any(word in file.name.lower() for word in ("bold", "medium", "hei", role))
        return face_of(file, 0.028 if heavy else 0.0)

    def report(self) -> list[FontUse]:
        """What each role is set in, for whoever wants better-looking papers."""
        uses = []
        for role, wanted in ROLES.items():
            file = next(iter(self._files_for(role)), None)
            if file is None:
                raise NoFonts
            best = file.stem == role or file.name.lower() == wanted[0].lower()
            uses.append(FontUse(role, file, file.name == LAST_RESORT, "" if best else BETTER[role]))
        return uses


def system_folders() -> list[Path]:
    """Where operating systems keep fonts, in a fixed order."""
    home = Path.home()
    data = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    return [
        Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), data / "fonts", home / ".fonts",
        Path("/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol"),
        Path("/Library/Fonts"), home / "Library" / "Fonts", Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts",
    ]


def find_files(folders: Iterable[Path]) -> dict[str, Path]:
    """Font files by lower-case name; where two bear one name, the first in order counts."""
    found: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if path.suffix.lower() in SUFFIXES:
                found.setdefault(path.name.lower(), path)
    for path in packaged():
        if path.name != LAST_RESORT:
            found.setdefault(path.name.lower(), path)
    return found


@lru_cache
def packaged() -> tuple[Path, ...]:
    """Fonts inside installed packages. They are located, never imported: zhplot would import matplotlib."""
    found: list[Path] = []
    for package, folder in PACKAGES:
        spec = find_spec(package)
        for place in (spec.submodule_search_locations or ()) if spec else ():
            found += sorted(path for path in Path(place, folder).glob("*") if path.suffix in SUFFIXES)
    return tuple(found)


_faces: dict[tuple[Path, float], Face] = {}
_registering = RLock()


def face_of(file: Path, stroke: float) -> Face:
    """The file as a font of reportlab's, registered once a process."""
    with _registering:
        key = (file.resolve(), stroke)
        if key not in _faces:
            index = chinese_index(file)
            name = f"{file.stem}-{index}-{file.stat().st_size}"  # without the path: it must not differ by machine
            font = next((face.font for (path, _), face in _faces.items() if path == key[0]), None)
            if font is None:
                font = load(name, file, index)
                pdfmetrics.registerFont(font)
            _faces[key] = Face(name, file, font, stroke, font.face.charToGlyph)
        return _faces[key]


def load(name: str, file: Path, index: int) -> Any:
    with open_font(file, index) as font:
        is_postscript = "CFF " in font  # reportlab would find out when it has read the whole file
    if is_postscript:
        return OutlineFont(name, file, index)
    return TTFont(name, str(file), subfontIndex=index, shapable=False)


@lru_cache
def usable(file: Path) -> bool:
    """Variable fonts are left aside: without instancing they would show their lightest weight."""
    from fontTools.ttLib import TTLibError

    try:
        with open_font(file, chinese_index(file)) as font:
            return "fvar" not in font and ("glyf" in font or "CFF " in font)
    except (TTLibError, OSError):
        return False


@lru_cache
def chinese_index(file: Path) -> int:
    """Which font of a collection is the simplified Chinese one."""
    if file.suffix.lower() != ".ttc":
        return 0
    from fontTools.ttLib import TTCollection

    with TTCollection(file, lazy=True) as collection:
        families = [font["name"].getDebugName(1) or "" for font in collection.fonts]
    return next((i for i, family in enumerate(families) if family.endswith(" SC") and "Mono" not in family), 0)


_book: list[FontBook] = []


def use_fonts(own: Path | None) -> None:
    """Name the operator's folder of fonts; called once, when the software starts."""
    with _registering:
        _book[:] = [FontBook(own)]


def font_book() -> FontBook:
    with _registering:
        if not _book:
            _book.append(FontBook())
        return _book[0]


def font_report() -> list[FontUse]:
    return font_book().report()

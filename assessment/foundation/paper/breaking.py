"""Where lines end: Chinese by the character and its punctuation, Latin by the word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from assessment.foundation.paper.fonts import Chain

NOT_FIRST = frozenset("，。、；：？！）】》〉」』〕］｝”’…—％‰℃·,.;:?!)]}%")
NOT_LAST = frozenset("（【《〈「『〔［｛“‘([{")
HALVED = frozenset("，。、；：）】》〉」』〕”’")  # at the end of a line these may give up their empty half
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
HANZI = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
CHINESE = HANZI + "“”‘’…—①-⓿·"  # these belong to both scripts, and in Chinese each stands for itself
ATOM = re.compile(rf"——|……|[{CHINESE}]|\s+|[^\s{CHINESE}\-–/]*[\-–/]+|[^\s{CHINESE}\-–/]+")
REMEMBERED = 20_000  # texts, and as many words
LATIN_ATOM = re.compile(rf"[{HANZI}]|\s+|[^\s{HANZI}\-–/]*[\-–/]+|[^\s{HANZI}\-–/]+")


@dataclass(frozen=True, eq=False)
class Atom:
    """What is never broken: a Chinese character, a Latin word, a space."""

    text: str
    width: float
    chain: Chain

    @cached_property
    def is_space(self) -> bool:
        return self.text.isspace()

    @cached_property
    def stretches(self) -> bool:
        """Whether a justified line may open up after it."""
        return self.is_space or (len(self.text) == 1 and ord(self.text) > 0x2E7F) or self.text in ("“", "”", "——")


@dataclass(frozen=True)
class Stretch:
    """Atoms that are written in one go."""

    chain: Chain
    text: str
    width: float
    openings: int
    """How often a justified line opens up in it or after it."""
    is_loose: bool
    """Whether it opens up after each of its characters."""


@dataclass(frozen=True)
class Line:
    atoms: tuple[Atom, ...]
    width: float
    last: bool = False

    @property
    def text(self) -> str:
        return "".join(atom.text for atom in self.atoms)

    @cached_property
    def openings(self) -> tuple[bool, ...]:
        """After which atoms a justified line opens up."""
        pairs = zip(self.atoms, self.atoms[1:], strict=False)
        return (*(one.stretches or (after.stretches and not after.is_space) for one, after in pairs), False)

    @cached_property
    def closed(self) -> tuple[Stretch, ...]:
        """As long as the fonts are the same."""
        return tuple(self._stretches(is_opened=False))

    @cached_property
    def opened(self) -> tuple[Stretch, ...]:
        """For a justified line: words one by one, and together the characters between which it opens up."""
        return tuple(self._stretches(is_opened=True))

    def _stretches(self, *, is_opened: bool) -> Iterator[Stretch]:
        start = 0
        while start < len(self.atoms):
            end = start + 1
            while end < len(self.atoms) and self._goes_on(end, is_opened=is_opened):
                end += 1
            some = self.atoms[start:end]
            yield Stretch(
                some[0].chain, "".join([atom.text for atom in some]), sum([atom.width for atom in some]),
                sum(self.openings[start:end]), is_opened and end > start + 1,
            )  # fmt: skip
            start = end

    def _goes_on(self, place: int, *, is_opened: bool) -> bool:
        before, after = self.atoms[place - 1 : place + 1]
        is_loose = self.openings[place - 1] and len(before.text) == 1 == len(after.text)
        return before.chain is after.chain and (is_loose or not is_opened)


def clean(text: str) -> str:
    """Tabs and no-break spaces become spaces; characters that have no shape go."""
    return text.translate(INVISIBLE).replace("\t", " ").replace("\u00a0", " ").replace("\r", "")


def atoms_of(text: str, chain: Chain, size: float, place: str, latin: bool = False) -> tuple[Atom, ...]:
    """The text in unbreakable pieces, each measured; characters no font has are refused here."""
    chain.runs(text.replace("\n", " "), place)
    return _atoms(text, chain, size, latin)


@lru_cache(REMEMBERED)
def _atoms(text: str, chain: Chain, size: float, latin: bool) -> tuple[Atom, ...]:
    return tuple(_atom(piece, chain, size) for piece in (LATIN_ATOM if latin else ATOM).findall(text))


@lru_cache(REMEMBERED)
def _atom(piece: str, chain: Chain, size: float) -> Atom:
    text = " " if piece.isspace() and "\u3000" not in piece else piece
    return Atom(text, chain.width(text) * size, chain)


@lru_cache(REMEMBERED // 4)
def break_lines(atoms: tuple[Atom, ...], first: float, width: float) -> Sequence[Line]:
    """Lines of at most ``width`` (the first: ``first``)."""
    atoms = _split_giants(atoms, min(first, width))
    lines: list[Line] = []
    start = 0
    while start < len(atoms):
        end = _line_end(atoms, start, width if lines else first)
        kept = end
        while kept > start and atoms[kept - 1].text == " ":
            kept -= 1
        lines.append(Line(atoms[start:kept], sum([atom.width for atom in atoms[start:kept]]), last=end == len(atoms)))
        start = end
        while start < len(atoms) and atoms[start].text == " ":
            start += 1
    if lines and not lines[-1].last:
        lines[-1] = Line(lines[-1].atoms, lines[-1].width, last=True)
    return lines or [Line((), 0.0, last=True)]


def _line_end(atoms: Sequence[Atom], start: int, width: float) -> int:
    used, position = 0.0, start
    while position < len(atoms):
        atom = atoms[position]
        least = atom.width / 2 if atom.text in HALVED else 0.0 if atom.text == " " else atom.width
        if used + least > width + 0.01:
            break
        used += atom.width
        position += 1
    if position == len(atoms):
        return position
    return next((end for end in range(position, start, -1) if _may_break(atoms, end)), max(position, start + 1))


def _may_break(atoms: Sequence[Atom], end: int) -> bool:
    before, after = atoms[end - 1].text, atoms[end].text
    return (after[0] not in NOT_FIRST and before[-1] not in NOT_LAST) or after == " "


def _split_giants(atoms: tuple[Atom, ...], width: float) -> tuple[Atom, ...]:
    """An address or a digest longer than a line is broken anywhere."""
    if all(atom.width <= width for atom in atoms):
        return atoms
    pieces: list[Atom] = []
    for atom in atoms:
        if atom.width <= width:
            pieces.append(atom)
        else:
            size = atom.width / (atom.chain.width(atom.text) or 1)
            pieces += [Atom(character, atom.chain.width(character) * size, atom.chain) for character in atom.text]
    return tuple(pieces)


def balanced_width(atoms: tuple[Atom, ...], width: float) -> float:
    """The least width that needs no more lines: a title of even lines."""
    count = len(break_lines(atoms, width, width))
    low, high = width / 2, width
    while count > 1 and high - low > 2:
        middle = (low + high) / 2
        if len(break_lines(atoms, middle, middle)) > count:
            low = middle
        else:
            high = middle
    return high

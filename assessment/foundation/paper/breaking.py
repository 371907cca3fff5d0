"""Where lines end: Chinese by the character and its punctuation, Latin by the word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assessment.foundation.paper.fonts import Chain

NOT_FIRST = frozenset("，。、；：？！）】》〉」』〕］｝”’…—％‰℃·,.;:?!)]}%")
NOT_LAST = frozenset("（【《〈「『〔［｛“‘([{")
HALVED = frozenset("，。、；：）】》〉」』〕”’")  # at the end of a line these may give up their empty half
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
HANZI = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
CHINESE = HANZI + "“”‘’…—①-⓿·"  # these belong to both scripts, and in Chinese each stands for itself
ATOM = re.compile(rf"——|……|[{CHINESE}]|\s+|[^\s{CHINESE}\-–/]*[\-–/]+|[^\s{CHINESE}\-–/]+")
LATIN_ATOM = re.compile(rf"[{HANZI}]|\s+|[^\s{HANZI}\-–/]*[\-–/]+|[^\s{HANZI}\-–/]+")


@dataclass(frozen=True)
class Atom:
    """What is never broken: a Chinese character, a Latin word, a space."""

    text: str
    width: float
    chain: Chain

    @property
    def is_space(self) -> bool:
        return self.text.isspace()

    @property
    def stretches(self) -> bool:
        """Whether a justified line may open up after it."""
        return self.is_space or (len(self.text) == 1 and ord(self.text) > 0x2E7F) or self.text in ("“", "”", "——")


@dataclass(frozen=True)
class Line:
    atoms: tuple[Atom, ...]
    width: float
    last: bool = False

    @property
    def text(self) -> str:
        return "".join(atom.text for atom in self.atoms)


def clean(text: str) -> str:
    """Tabs and no-break spaces become spaces; characters that have no shape go."""
    return text.translate(INVISIBLE).replace("\t", " ").replace("\u00a0", " ").replace("\r", "")


def atoms_of(text: str, chain: Chain, size: float, place: str, latin: bool = False) -> list[Atom]:
    """The text in unbreakable pieces, each measured; characters no font has are refused here."""
    chain.runs(text.replace("\n", " "), place)
    return [_atom(piece, chain, size) for piece in (LATIN_ATOM if latin else ATOM).findall(text)]


def _atom(piece: str, chain: Chain, size: float) -> Atom:
    text = " " if piece.isspace() and "\u3000" not in piece else piece
    return Atom(text, chain.width(text) * size, chain)


def break_lines(atoms: Sequence[Atom], first: float, width: float) -> list[Line]:
    """Lines of at most ``width`` (the first: ``first``)."""
    atoms = _split_giants(atoms, min(first, width))
    lines: list[Line] = []
    start = 0
    while start < len(atoms):
        end = _line_end(atoms, start, width if lines else first)
        kept = list(atoms[start:end])
        while kept and kept[-1].text == " ":
            kept.pop()
        lines.append(Line(tuple(kept), sum(atom.width for atom in kept), last=end == len(atoms)))
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


def _split_giants(atoms: Sequence[Atom], width: float) -> Sequence[Atom]:
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
    return pieces


def balanced_width(atoms: Sequence[Atom], width: float) -> float:
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

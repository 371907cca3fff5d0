"""Ways to tamper with an exported trail, each random, none that leaves what was recorded up to a bulletin as it was."""

from __future__ import annotations

import contextlib
import io
import json
import random
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from assessment.foundation.trail_verifier import FIELDS, GENESIS, digest, refs_digest, row_hash

Rows = list[dict[str, Any]]
Tamper = Callable[[Rows, int, random.Random], bytes]
"""Of a trail and the place of the row whose hash a bulletin printed, a file that says otherwise."""
DATE = "2012-12-21T00:00:00.000000Z"


def as_file(rows: Rows) -> bytes:
    return b"".join(json.dumps(row, ensure_ascii=False, sort_keys=True).encode() + b"\n" for row in rows)


def copied(rows: Rows) -> Rows:
    return [{**row, "refs": [list(ref) for ref in row["refs"]]} for row in rows]


def again(rows: Rows) -> bytes:
    """Numbered and hashed anew from the first row to the last, as whoever holds the database could."""
    previous = GENESIS
    for seq, row in enumerate(rows, 1):
        row.update(seq=seq, previous=previous)
        row["refs_digest"] = refs_digest(row["refs"])
        row["hash"] = previous = row_hash(row)
    return as_file(rows)


def changed(rows: Rows, place: int, chance: random.Random) -> Rows:
    """Another word in one field of one row."""
    found = copied(rows)
    name = chance.choice([one for one in FIELDS if one not in ("seq", "previous", "refs_digest")])
    found[place][name] = DATE if name in ("at", "recorded_at") else digest(found[place][name])
    return found


def one_byte(rows: Rows, printed: int, chance: random.Random) -> bytes:
    """Whichever byte, whatever instead: until what the file says is no longer the same."""
    whole = as_file(rows)
    while True:
        place, byte = chance.randrange(len(whole)), chance.randrange(256)
        edited = whole[:place] + bytes([byte]) + whole[place + 1 :]
        if read(edited) != rows:
            return edited


def read(content: bytes) -> Rows | None:
    """What a careless reader takes from a file; None where it is none."""
    try:
        return [json.loads(line) for line in content.decode().split("\n") if line.strip()]
    except ValueError:
        return None


def row_taken_out(rows: Rows, printed: int, chance: random.Random) -> bytes:
    first = chance.randint(0, printed)
    return as_file(rows[:first] + rows[chance.randint(first + 1, printed + 1) :])


def cut_by_rows(rows: Rows, printed: int, chance: random.Random) -> bytes:
    return as_file(rows[: chance.randint(0, printed)])


def cut_by_bytes(rows: Rows, printed: int, chance: random.Random) -> bytes:
    whole = as_file(rows[: printed + 1])
    return whole[: chance.randrange(len(whole) - 1)]


def field_changed(rows: Rows, printed: int, chance: random.Random) -> bytes:
    return as_file(changed(rows, chance.randrange(len(rows)), chance))


def row_hashed_anew(rows: Rows, printed: int, chance: random.Random) -> bytes:
    """The changed row fits in itself, and no longer with the one behind it."""
    place = chance.randint(0, printed)
    found = changed(rows, place, chance)
    found[place]["hash"] = row_hash(found[place])
    return as_file(found)


def trail_hashed_anew(rows: Rows, printed: int, chance: random.Random) -> bytes:
    return again(changed(rows, chance.randint(0, printed), chance))


def row_left_out_and_hashed_anew(rows: Rows, printed: int, chance: random.Random) -> bytes:
    found = copied(rows)
    del found[chance.randint(0, printed)]
    return again(found)


def row_slipped_in_and_hashed_anew(rows: Rows, printed: int, chance: random.Random) -> bytes:
    found = copied(rows)
    found.insert(chance.randint(0, printed), changed(rows, chance.randrange(len(rows)), chance)[0])
    return again(found)


def row_twice(rows: Rows, printed: int, chance: random.Random) -> bytes:
    place = chance.randrange(len(rows))
    return as_file([*rows[: place + 1], *rows[place:]])


def rows_exchanged(rows: Rows, printed: int, chance: random.Random) -> bytes:
    found, (one, other) = list(rows), chance.sample(range(len(rows)), 2)
    found[one], found[other] = found[other], found[one]
    return as_file(found)


def body_taken_out(rows: Rows, printed: int, chance: random.Random) -> bytes:
    """As if it had been sealed, which no act says."""
    found = copied(rows)
    chance.choice([row for row in found if row["body"] is not None])["body"] = None
    return as_file(found)


def body_rewritten(rows: Rows, printed: int, chance: random.Random) -> bytes:
    found = copied(rows)
    chance.choice([row for row in found if row["body"] is not None])["body"] = json.dumps({"points": "100"})
    return as_file(found)


def references_rewritten(rows: Rows, printed: int, chance: random.Random) -> bytes:
    found = copied(rows)
    chance.choice(found)["refs"].append(["touched", "task", "4545", ""])
    return as_file(found)


def word_beside(rows: Rows, printed: int, chance: random.Random) -> bytes:
    """A further field, which no hash covers, or a name that stands twice and is read by some."""
    lines = as_file(rows).splitlines(keepends=True)
    place = chance.randrange(len(lines))
    lines[place] = b"{" + chance.choice([b'"reason": "forged"', b'"correction": "forged"']) + b", " + lines[place][1:]
    return b"".join(lines)


def field_taken_out(rows: Rows, printed: int, chance: random.Random) -> bytes:
    found = copied(rows)
    del chance.choice(found)[chance.choice(sorted(found[0]))]
    return as_file(found)


def references_of_another_kind(rows: Rows, printed: int, chance: random.Random) -> bytes:
    found = copied(rows)
    chance.choice(found)["refs"] = chance.choice([None, 1.5, {}, "ab", [[]], [["touched"]], ["abcd"], [[1, 2, 3, 4]]])
    return as_file(found)


def another_kind(rows: Rows, printed: int, chance: random.Random) -> bytes:
    """Something else where a text, a number or a reference belongs."""
    found = copied(rows)
    name = chance.choice(sorted(found[0]))
    rubbish = [None, True, 1.5, [], {}, [[]], [["touched"]], "\ud800", -1]
    chance.choice(found)[name] = chance.choice([one for one in rubbish if one is not None or name != "body"])
    return b"".join(json.dumps(row).encode() + b"\n" for row in found)


TAMPERS: tuple[Tamper, ...] = (
    one_byte, row_taken_out, cut_by_rows, cut_by_bytes, field_changed, row_hashed_anew, trail_hashed_anew,
    row_left_out_and_hashed_anew, row_slipped_in_and_hashed_anew, row_twice, rows_exchanged, body_taken_out,
    body_rewritten, references_rewritten, references_of_another_kind, word_beside, field_taken_out, another_kind,
)  # fmt: skip


def is_found(verifier: ModuleType, content: bytes, head: str, file: Path) -> bool:
    """Whether the verifier, given the head of one old bulletin, ends with a sentence against this file."""
    file.write_bytes(content)
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            return verifier.main([str(file), "--head", head]) == 1
        except SystemExit as end:
            return isinstance(end.code, str)

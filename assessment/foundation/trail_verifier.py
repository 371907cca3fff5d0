"""Verifies an exported audit trail: one file, the standard library only, readable in one sitting.

    python trail_verifier.py EXPORT.jsonl [--head HEX ...]

Each line of the export is one act. A row's hash covers everything that was recorded about the act and the hash of
the row before it, so a changed, inserted or removed row breaks the chain behind it. A body may be gone, but only where
a later act says that it sealed this row. A cut tail, or a chain that was computed anew from some row on, cannot be seen
from the chain alone: give the heads that are printed on bulletins, and each must occur.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any

GENESIS = "0" * 64
FIELDS = (
    "seq",
    "at",
    "recorded_at",
    "who",
    "label",
    "act",
    "kind",
    "id",
    "reason",
    "body_digest",
    "refs_digest",
    "previous",
)
KEYS = {*FIELDS, "hash", "refs", "body"}
SEALED = ("touched", "audit_row")

_IN_ONE_WAY = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical(value: Any) -> bytes:
    """JSON in one way only: sorted keys, no spaces, UTF-8."""
    return _IN_ONE_WAY.encode(value).encode("utf-8")


def digest(value: Any) -> str:
    return hashlib.sha256(canonical(value)).hexdigest()


def refs_digest(refs: Iterable[Iterable[str]]) -> str:
    """Over [relation, kind, id, digest of the judged record or ""], sorted."""
    return digest(sorted([list(ref) for ref in refs]))


def row_hash(row: dict[str, Any]) -> str:
    return digest([row[name] for name in FIELDS])


def misshapen(row: dict[str, Any]) -> str:
    """What keeps a row from being read at all, or ""."""
    if missing := sorted(KEYS - row.keys()):
        return f"lacks {', '.join(missing)}"
    if unknown := sorted(row.keys() - KEYS):
        return f"holds {', '.join(unknown)}, which no hash covers"
    texts = [row[name] for name in (*FIELDS[1:], "hash", "body") if name != "body" or row[name] is not None]
    if type(row["seq"]) is not int or not all(isinstance(text, str) for text in texts):
        return "holds something else than its number and texts"
    refs = row["refs"]
    if type(refs) is not list or not all(type(ref) is list and list(map(type, ref)) == [str] * 4 for ref in refs):
        return "holds something else than references"
    try:
        canonical(row)
    except ValueError:
        return "holds half a letter"
    return ""


def wrong_in(row: dict[str, Any], previous: str) -> Iterator[str]:
    """What a row's own hashes say against it."""
    seq, body = row["seq"], row["body"]
    if row["previous"] != previous:
        yield f"Row {seq} does not follow from the row before it."
    if refs_digest(row["refs"]) != row["refs_digest"]:
        yield f"The references of row {seq} were changed."
    if body is not None and hashlib.sha256(body.encode("utf-8")).hexdigest() != row["body_digest"]:
        yield f"The body of row {seq} was changed."
    if row_hash(row) != row["hash"]:
        yield f"Row {seq} was changed after it was written."


def faults(rows: Iterable[dict[str, Any]], heads: Iterable[str] = ()) -> Iterator[tuple[int, str]]:
    """Every fault as (seq, sentence); an empty result is a trail that holds."""
    wanted = {head.lower() for head in heads}
    expected, previous = 1, GENESIS
    bodiless: set[str] = set()
    for row in rows:
        if against := misshapen(row):
            yield expected, f"Row {expected} {against}."
            return
        seq = row["seq"]
        if seq != expected:
            yield expected, f"Row {expected} is missing: row {seq} stands in its place."
            expected = seq
        yield from ((seq, sentence) for sentence in wrong_in(row, previous))
        bodiless -= {ref[2] for ref in row["refs"] if tuple(ref[:2]) == SEALED}
        if row["body"] is None:
            bodiless.add(str(seq))
        previous = row["hash"]
        wanted.discard(previous)
        expected += 1
    for name in sorted(bodiless, key=int):
        yield int(name), f"The body of row {name} is gone, and no later act says that it was sealed."
    for head in sorted(wanted):
        yield (
            expected,
            f"The printed head {head[:16]}… does not occur: the trail was cut or computed anew after it was printed.",
        )


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names stand once: of two, one reader takes the first and another the last."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


def read(path: str) -> Iterator[dict[str, Any]]:
    with open(path, "rb") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                try:
                    row = json.loads(line.decode("utf-8"), object_pairs_hook=once)
                except (ValueError, RecursionError) as fault:
                    raise SystemExit(f"Line {number} of {path} is not JSON: {fault}") from None
                if not isinstance(row, dict):
                    raise SystemExit(f"Line {number} of {path} is not an act.")
                yield row


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Verify an exported audit trail.")
    parser.add_argument("export", help="the trail as JSON lines, from: python -m assessment audit export")
    parser.add_argument("--head", action="append", default=[], help="a head printed on a bulletin; it must occur")
    options = parser.parse_args(arguments)
    count, last, found = 0, GENESIS, 0

    def counted() -> Iterator[dict[str, Any]]:
        nonlocal count, last
        for row in read(options.export):
            count, last = count + 1, row.get("hash", "")
            yield row

    try:
        for _seq, sentence in faults(counted(), options.head):
            print(f"failed - {sentence}", file=sys.stderr)
            found += 1
    except OSError as fault:
        print(f"failed - {options.export} cannot be read: {fault.strerror}.", file=sys.stderr)
        return 2
    if found:
        return 1
    print(f"ok - {count} rows, head {last}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

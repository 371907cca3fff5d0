"""What pages, papers and the verification page read of bulletins."""

from assessment.bulletins.queries.contents import compose, content_of, facts_of, words_of
from assessment.bulletins.queries.register import (
    SHOWN,
    WORKERS,
    Number,
    alive_for,
    all_of,
    by_document,
    by_number,
    file_stem,
    may_see,
    next_number,
    numbers,
    of_period,
    place_in_trail,
    published,
    with_one,
)

__all__ = [
    "SHOWN",
    "WORKERS",
    "Number",
    "alive_for",
    "all_of",
    "by_document",
    "by_number",
    "compose",
    "content_of",
    "facts_of",
    "file_stem",
    "may_see",
    "next_number",
    "numbers",
    "of_period",
    "place_in_trail",
    "published",
    "with_one",
    "words_of",
]

"""Both languages complete: every message has its Chinese, none is left over, and the facts in it agree."""

import re
import string

from assessment.faces.cli.messages import catalogues, marked_in, missing, sources, stale, translations, used


def test_every_message_has_a_chinese_translation() -> None:
    """`make messages` prints the missing ones, ready for the catalogues."""
    lines = [f"{places[0]} {message!r}" for (_, message), places in sorted(missing().items())]
    assert not lines, f"{len(lines)} without Chinese (make messages prints them):\n" + "\n".join(lines[:40])


def test_no_catalogue_holds_what_nobody_says() -> None:
    left = [f"{room}.po: {message!r}" for room, (_, message) in stale()]
    assert not left, "\n".join(left)


def test_a_message_in_two_catalogues_says_the_same() -> None:
    wrong = {key: texts for key, texts in translations().items() if len(set(texts.values())) > 1}
    assert not wrong, wrong


def test_no_catalogue_guesses() -> None:
    guessed = [f"{room}.po: {one.id!r}" for room, catalogue in catalogues().items() for one in catalogue if one.fuzzy]
    assert not [one for one in guessed if not one.endswith(": ''")], guessed


def facts_in(text: str) -> set[str]:
    """The names to be filled in: {name} of our sentences, %(name)s of templates."""
    percent = set(re.findall(r"%\((\w+)\)[sdf]", text))
    try:
        braces = {name for _, name, _, _ in string.Formatter().parse(text) if name}
    except ValueError:
        braces = {"(unbalanced braces)"}
    return percent | braces


def test_translations_name_the_same_facts() -> None:
    wrong = [
        f"{room}.po: {message!r} -> {text!r}"
        for (_, message), texts in translations().items()
        for room, text in texts.items()
        if facts_in(message) != facts_in(text)
    ]
    assert not wrong, "\n".join(wrong)


def test_sentences_are_given_the_facts_they_name() -> None:
    wrong = [
        f"{one.place} {one.message!r} is given {sorted(one.facts)}"
        for path in sources()
        for one in marked_in(path)
        if one.function == "say" and one.message and one.facts is not None and facts_in(one.message) != one.facts
    ]
    assert not wrong, "\n".join(wrong)


def test_marked_messages_are_literals() -> None:
    """A message put together at run time is found by nobody, and so never translated. `say` may be handed a message
    that was marked with `N_` where it was written; `N_` itself may not."""
    wrong = [
        f"{one.place} {one.function}(...)"
        for path in sources()
        for one in marked_in(path)
        if one.message is None and not (one.handed_on and one.function == "say")
    ]
    assert not wrong, "\n".join(wrong)


def test_the_walk_finds_messages() -> None:
    """A walk that finds nothing would find nothing wrong."""
    assert len(used()) > 10

"""A page as its reader has it: the words that can be seen, and the forms that can be sent."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"input", "br", "img", "hr", "meta", "link", "source", "wbr", "col", "area", "path", "rect", "line", "circle"}
UNSEEN = {"script", "style", "template", "noscript", "title", "option", "pre", "code"}


@dataclass
class Form:
    action: str
    method: str
    is_multipart: bool = False
    fields: dict[str, str] = field(default_factory=dict)
    """Name -> type: text, number, date, file, hidden ..., select, textarea."""
    values: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)


class Page(HTMLParser):
    """``texts``: what stands between tags, with the language each stands in; ``forms``: with their fields."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[tuple[str, str]] = []
        self.forms: list[Form] = []
        self._open: list[tuple[str, str]] = []
        self._select = ""
        self.feed(source)

    @property
    def language(self) -> str:
        return next((language for _tag, language in reversed(self._open) if language), "")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self._open.append((tag, given.get("lang", "")))
        if tag == "form":
            kind = given.get("enctype") == "multipart/form-data"
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").lower(), kind))
        elif self.forms and tag in ("input", "select", "textarea") and given.get("name"):
            self._field(tag, given)
        elif self.forms and tag == "option" and self._select:
            self.forms[-1].choices.setdefault(self._select, []).append(given.get("value", ""))

    def _field(self, tag: str, given: dict[str, str]) -> None:
        form, name = self.forms[-1], given["name"]
        form.fields[name] = given.get("type", "text") if tag == "input" else tag
        if tag == "select":
            self._select = name
        elif form.fields[name] in ("radio", "checkbox"):
            form.choices.setdefault(name, []).append(given.get("value", "on"))
        elif tag == "input":
            form.values[name] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place][0] == tag:
                del self._open[place:]
                break

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        if words and not any(tag in UNSEEN for tag, _language in self._open):
            self.texts.append((self.language, words))

"""Requests that nobody thought of: every route, role and language, forms as drawn and as no page draws them."""

from __future__ import annotations

import io
import random
from collections import Counter
from typing import Any
from urllib.parse import quote, urlencode

from assessment.organisations.duties import ROLES
from support.reading import Form
from support.rubbish import FILES, JUNK
from support.sweep import Target, act_of, methods_of, real_id, record_argument, route_of, rules

NOBODY = ""
NAMES = ("reason", "version", "page", "sort", "state", "period", "unit", "as", "q", "number", "next", "language", "day",
         "record", "kind", "group", "name", "shown", "choice", "programme", "id")  # fmt: skip
MEANT_TO_SAY_NO = "/readyz"
LETTERS = ((0x20, 0x7F), (0x4E00, 0x9FFF), (0, 0x20), (0x1F300, 0x1F6FF), (0x80, 0x3000))
"""Ranges of characters: half of a pair is none, and no client can send it."""
SMALL = [name for name, (_, content) in FILES.items() if len(content) < 100_000]


class Fuzzer:
    """Draws requests one after the other; with a seed the same ones every time."""

    def __init__(
        self, world: Any, records: dict[str, Target], forms: list[tuple[str, Any, Form]], seed: int | None = 2012
    ) -> None:
        self.world, self.records, self.forms = world, records, forms
        self.routes = [rule for rule in rules(world) if not rule.endpoint.startswith("example.")]
        self.statuses: Counter[int] = Counter()
        self.seed = random.randrange(10**9) if seed is None else seed
        self.chance = random.Random(self.seed)

    @property
    def refused(self) -> int:
        return sum(count for status, count in self.statuses.items() if status >= 400)

    def bugs(self, count: int) -> list[str]:
        """What ended in a server error, of so many requests; each with all that is needed to send it again."""
        found = []
        for number in range(count):
            method, address, who, data = self.request()
            status = self.send(method, address, who, data)
            self.statuses[status] += 1
            if status >= 500 and not address.startswith(MEANT_TO_SAY_NO):
                asker = who if who == NOBODY else who.role
                found.append(f"{status} for {method} {address} by {asker}: {data!r} (seed {self.seed}, {number})"[:900])
        return found

    def send(self, method: str, address: str, who: Any, data: dict[str, Any] | None) -> int:
        language = self.chance.choice(("zh", "en"))
        if who == NOBODY:
            answer = self.world.app.test_client().open(address, method=method, data=data, buffered=True)
        else:
            cookies = who.cookies.replace("language=en", f"language={language}")
            answer = who.ask(method, address, data, Cookie=cookies)
        answer.close()
        return int(answer.status_code)

    def request(self) -> tuple[str, str, Any, dict[str, Any] | None]:
        draw = self.chance.random()
        if draw < 0.35:
            address, viewer, form = self.chance.choice(self.forms)
            who = viewer if self.chance.random() < 0.8 else self.anybody()
            return "POST", address, who, self.filled(form, who)
        rule, who = self.chance.choice(self.routes), self.anybody()
        method = self.chance.choice(methods_of(rule))
        address = self.address(rule)
        if self.chance.random() < 0.4:
            address += "?" + urlencode({name: self.word() for name in self.chance.sample(NAMES, 3)})
        if method == "GET":
            return method, address, who, None
        names = self.chance.sample(NAMES, 6) + list(self.chance.choice(self.forms)[2].fields)
        return method, address, who, {"csrf_token": self.token(who)} | {name: self.word() for name in names[:9]}

    def anybody(self) -> Any:
        """Somebody with a role, at the province or in a county, or nobody who is signed in."""
        role = self.chance.choice([*ROLES, NOBODY])
        if role == NOBODY:
            return NOBODY
        draw = self.chance.random()
        if draw < 0.2:
            return self.world.stranger(role)
        return self.world.own(role, self.records["task"].unit if draw < 0.9 else self.records["task"].neighbour)

    def address(self, rule: Any) -> str:
        """Of a record that is there, of another one, or of what no record is called."""
        route = route_of(self.world, rule.endpoint)
        given = {name: value for name, value in route.args.items() if name != "of"}
        if route.kind:
            name = record_argument(rule, route) if "of" not in route.args else route.args["of"]
            draw = self.chance.random()
            there = real_id(self.world, rule.endpoint, route, self.records)
            given[name] = there if draw < 0.6 else self.chance.randrange(1, 400) if draw < 0.9 else 10**12
        path: str = self.world.app.url_map.bind("localhost").build(rule.endpoint, given, append_unknown=False)
        if self.chance.random() < 0.05 and act_of(self.world.app, rule.endpoint) is None:
            head, _, tail = path.rpartition("/")
            path = f"{head}/{quote(self.word()[:80], safe='') or tail}"
        return path

    def word(self) -> str:
        draw = self.chance.random()
        if draw < 0.5:
            return self.chance.choice(JUNK)
        if draw < 0.75:
            return str(self.chance.choice((self.chance.randrange(-5, 300), "2012-11-12", "2012-11", "on", "yes", "A1")))
        ranges = (self.chance.choice(LETTERS) for _ in range(self.chance.randrange(1, 12)))
        return "".join(chr(self.chance.randrange(*one)) for one in ranges)

    def filled(self, form: Form, who: Any) -> dict[str, Any]:
        """Most fields as somebody would fill them in, some with anything, some left out."""
        data: dict[str, Any] = {}
        for name, kind in form.fields.items():
            draw = self.chance.random()
            if kind == "file":
                filename, content = FILES[self.chance.choice(SMALL)]
                data[name] = (io.BytesIO(content), filename)
            elif draw < 0.4:
                data[name] = self.word()
            elif draw < 0.9:
                choices = form.choices.get(name) or [form.values.get(name, "") or self.word()]
                data[name] = self.chance.choice(choices)
        return data | {"csrf_token": self.token(who)}

    def token(self, who: Any) -> str:
        return "" if who == NOBODY or self.chance.random() < 0.02 else str(who.token)

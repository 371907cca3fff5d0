"""What every answer of every route carries, whatever it is and whoever asks: the browser's part of the defence."""

from typing import Any

import pytest

from assessment.faces.web.headers import transport_policy
from support.sweep import Target, asked

JSON = {"Accept": "application/json"}
TO_ALL_ALIKE = ("static", "health.healthz", "health.figures")
"""What knows nobody, and says the same to everybody."""
DIRECTIVES = {
    "default-src": "'none'", "script-src": "'self'", "style-src": "'self'", "object-src": "'none'",
    "frame-ancestors": "'none'", "base-uri": "'none'", "form-action": "'self'",
}  # fmt: skip
EXACT = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def faults(answer: Any) -> list[str]:
    found = [f"{name}: {answer.headers.get(name)}" for name in EXACT if answer.headers.get(name) != EXACT[name]]
    policy = answer.headers.get("Content-Security-Policy", "")
    said = dict(part.strip().split(" ", 1) for part in policy.split(";") if " " in part.strip())
    found += [f"{name} is {said.get(name)}" for name, value in DIRECTIVES.items() if said.get(name) != value]
    found += [word for word in ("unsafe-inline", "unsafe-eval", "*") if word in policy]
    if "geolocation=()" not in answer.headers.get("Permissions-Policy", ""):
        found.append("Permissions-Policy")
    if "Access-Control-Allow-Origin" in answer.headers:
        found.append("answers to other sites")
    if answer.data and "Content-Type" not in answer.headers:
        found.append("no Content-Type")
    if answer.mimetype.startswith("text/") and "charset=utf-8" not in answer.headers["Content-Type"].lower():
        found.append(f"no charset: {answer.headers['Content-Type']}")
    return found


@pytest.mark.parametrize("role", ["", "assessment_office"])
def test_every_answer_carries_the_whole_policy(world: Any, records: dict[str, Target], role: str) -> None:
    """Signed in or not, found or refused, page or file: no route is left out."""
    viewer = world.viewer(role, "office.clerk") if role else None
    anonymous = world.browser().client
    wrong, count = [], 0
    for endpoint, _route, method, address in asked(world, records):
        if viewer is not None:
            data = {"csrf_token": viewer.token} if method != "GET" else None
            answer = viewer.ask(method, address, data, **JSON)
        else:
            answer = anonymous.open(address, method=method, headers=JSON)
        count += 1
        wrong += [f"{method} {address} ({endpoint}): {fault}" for fault in faults(answer)]
        kept = answer.headers.get("Cache-Control", "")
        is_own = viewer is not None and endpoint not in TO_ALL_ALIKE and not address.startswith("/api/")
        if is_own and "no-store" not in kept:
            wrong.append(f"{method} {address} ({endpoint}): kept by the browser ({kept})")
        answer.close()
    assert not wrong, "\n".join(wrong)
    assert count > 200


@pytest.mark.parametrize(
    ("url", "policy"),
    [
        ("http://127.0.0.1:8000", ""),
        ("https://assess.province.example", "max-age=31536000; includeSubDomains"),
        ("https://www.province.example/five", "max-age=31536000"),
    ],
)
def test_behind_https_browsers_keep_to_it_for_a_year(url: str, policy: str) -> None:
    assert transport_policy(url) == policy

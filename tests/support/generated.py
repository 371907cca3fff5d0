"""Requests that Schemathesis makes up from our own OpenAPI: as described and otherwise, each by somebody."""

from __future__ import annotations

from collections import Counter
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from assessment.faces.api.openapi import BASE
from assessment.organisations.duties import ROLES

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
          response_schema_conformance, negative_data_rejection]  # fmt: skip
"""An answer as described, by status, kind and shape; what does not fit the description is refused."""
NOBODY = ""
LARGEST_KNOWN = 300
"""Most records have a number below this: what is drawn from all whole numbers meets nothing but 404."""


class Generated:
    """Sends what it is given to one site, and counts the answers by their status."""

    def __init__(self, world: Any) -> None:
        self.world, self.statuses = world, Counter[int]()
        said = world.app.test_client().get(f"{BASE}/openapi.json").json
        # Who asks is ours to say: what is made up without a token would be sent with one, and rightly answered.
        described = schemathesis.openapi.from_dict({name: part for name, part in said.items() if name != "security"})
        described.app = world.app
        self.operations = [operation for path in described.values() for operation in path.values()]

    @property
    def cases(self) -> st.SearchStrategy[Any]:
        return st.one_of([self._of(one) for one in self.operations])

    def _of(self, operation: Any) -> st.SearchStrategy[Any]:
        if not operation.path_parameters and not operation.query:
            return operation.as_strategy()
        whole = [operation.as_strategy(mode) for mode in GenerationMode]
        if not operation.path_parameters:
            return st.one_of(whole)
        known = st.integers(1, LARGEST_KNOWN)
        return st.one_of(*whole, known.flatmap(lambda one: operation.as_strategy(path_parameters={"id": one})))

    def send(self, case: Any, role: str, language: str) -> None:
        headers = {"Accept-Language": language}
        if role != NOBODY:
            headers["Authorization"] = f"Bearer {self.world.own(role, '220102').bearer}"
        answer = case.call(headers=headers)
        self.statuses[answer.status_code] += 1
        case.validate_response(answer, checks=CHECKS)


def tried(world: Any, count: int) -> Generated:
    """So many generated requests; raises the first, smallest one that is answered otherwise than it is described.

    A few are the same every time; many are others each time.
    """
    generated = Generated(world)

    @settings(
        max_examples=count, derandomize=count <= FEW, deadline=None, database=None,
        suppress_health_check=list(HealthCheck), phases=PHASES,
    )  # fmt: skip
    @given(generated.cases, st.sampled_from([*ROLES, NOBODY]), st.sampled_from(("zh", "en", "fr;q=x")))
    def send(case: Any, role: str, language: str) -> None:
        generated.send(case, role, language)

    send()
    return generated


FEW, PHASES = 100, (Phase.generate, Phase.shrink)

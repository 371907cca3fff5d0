"""The place of the seal stays with what is signed: never alone on a page of its own."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from assessment.foundation.paper.plain import PlainPaper, render_paper

LINES = {"zh": "第{n}行文字。", "en": "Line {n} of the text."}
ISSUER = {"zh": "吉林省公安厅", "en": "Public Security Department"}


def pages(language: str, count: int) -> list[str]:
    """A paper of so many short paragraphs, page by page."""
    paper = PlainPaper(
        language=language, issuer=ISSUER[language], title="通知" if language == "zh" else "Notice",
        day="2012年3月5日" if language == "zh" else "5 Mar 2012",
        opening=tuple(LINES[language].format(n=n) for n in range(count)),
    )  # fmt: skip
    return ["".join(page.extract_text().split()) for page in PdfReader(BytesIO(render_paper(paper))).pages]


@pytest.mark.parametrize(("language", "most"), [("zh", 18), ("en", 27)])
def test_the_seal_never_stands_alone(language: str, most: int) -> None:
    counts = range(most - 8, most + 1)
    made = [pages(language, count) for count in counts]
    assert {len(one) for one in made} == {1, 2}, "the lengths tried do not pass the end of a page"
    for count, found in zip(counts, made, strict=True):
        assert LINES[language].format(n=count - 1).replace(" ", "") in found[-1], count

"""The trail keeps who acted in both languages; a paper says it in its own."""

import pytest

from assessment.foundation.actors import CLOCK
from assessment.organisations.officers import label_in

CHIEF = "Li Wei; Jilin Province: Head of the office 吉林省办公室主任"
BOTH = f"{CHIEF}; Jilin City: Officer, acting 吉林市经办人（代理）"


@pytest.mark.parametrize(
    ("label", "zh", "en"),
    [
        (CHIEF, "Li Wei；吉林省办公室主任", "Li Wei; Jilin Province: Head of the office"),
        (BOTH, "Li Wei；吉林省办公室主任；吉林市经办人（代理）",
         "Li Wei; Jilin Province: Head of the office; Jilin City: Officer, acting"),
        (f"{CHIEF} (at the console)", "Li Wei；吉林省办公室主任 (at the console)",
         "Li Wei; Jilin Province: Head of the office (at the console)"),
        (f"{CHIEF} (seen as, 换身份查看)", "Li Wei；吉林省办公室主任 (换身份查看)",
         "Li Wei; Jilin Province: Head of the office (seen as)"),
        (CLOCK.label, "时钟", "The clock"),
        ("李伟", "李伟", "李伟"),
    ],
)  # fmt: skip
def test_a_label_is_read_in_one_language(label: str, zh: str, en: str) -> None:
    assert (label_in(label, "zh"), label_in(label, "en")) == (zh, en)

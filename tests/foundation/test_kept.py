"""What is kept is what was used last."""

from assessment.foundation.kept import Kept


def test_what_was_used_longest_ago_gives_way() -> None:
    kept: Kept[str, int] = Kept(most=2)
    kept.put("a", 1)
    kept.put("b", 2)
    assert kept.get("a") == 1
    kept.put("c", 3)
    assert [kept.get(key) for key in "abc"] == [1, None, 3]

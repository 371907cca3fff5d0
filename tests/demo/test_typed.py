"""What the examples' people typed is read out in English, and only there; records and forms keep it."""

from assessment.demo.typed import reading


def test_a_text_is_read_out_wherever_it_stands_whole() -> None:
    read = reading().of
    assert read("<td>现场复查合格</td>") == "<td>Put right, seen on the spot</td>"
    assert read('<a title="DC-1/7: 第3片区17号点位">') == '<a title="DC-1/7: Area 3, site 17">'
    assert read("联网记录属实，予以采纳。 · 1") == "The network&#39;s log confirms it. · 1"


def test_the_mark_of_a_text_in_the_other_language_goes_with_it() -> None:
    marked = '<p><span lang="zh-Hans">现场复查合格</span></p>'
    assert reading().of(marked) == "<p><span>Put right, seen on the spot</span></p>"


def test_a_part_of_something_longer_stays() -> None:
    for text in ("吉林省公安厅长", "各省公安厅", "数据报送制度"):
        assert reading().of(f"<td>{text}</td>") == f"<td>{text}</td>"


def test_forms_keep_what_was_typed_or_saving_would_change_it() -> None:
    for form in ('<input name="place" value="省公安厅">', "<textarea name=a>\n现场复查合格</textarea>"):
        assert reading().of(form) == form

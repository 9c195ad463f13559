import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.config.merge import FROM_OUTSIDE, check_tables, difference, is_in, merged, row_text, rows_of
from edge.core.errors import FinalError

FILE = """# tệp của xã
[commune]
id = "dong-son"

[station]
speed = 1.0  # giữ nguyên
mode = "a"

# loa ở cổng chào
[[horn]]
id = "cong"
name = "Cổng chào"

# loa ở nhà văn hóa
[[horn]]
id = "van-hoa"
[horn.extra]
x = 1

[[camera]]
id = "cau"
[[camera.zone]]
id = "bo"
"""


def test_a_row_takes_the_place_of_the_one_with_its_id_and_comments_stay() -> None:
    after = merged(FILE, '[[horn]]\nid = "cong"\nname = "Cổng mới"\n')
    assert after == FILE.replace('"Cổng chào"', '"Cổng mới"')


def test_a_row_with_tables_below_it_is_replaced_whole() -> None:
    after = merged(FILE, '[[camera]]\nid = "cau"\n[[camera.zone]]\nid = "cong"\n[[camera.zone]]\nid = "duong"\n')
    assert after.endswith('id = "cau"\n[[camera.zone]]\nid = "cong"\n[[camera.zone]]\nid = "duong"\n')
    assert rows_of(after, "camera")["cau"]["zone"] == [{"id": "cong"}, {"id": "duong"}]


def test_a_new_row_comes_last_and_a_table_changes_key_by_key() -> None:
    after = merged(FILE, '[station]\nmode = "b"\nnew = 3\n[[hamlet]]\nid = "dong"\n')
    assert 'speed = 1.0  # giữ nguyên\nmode = "b"\nnew = 3\n\n# loa ở cổng chào' in after
    assert after.endswith('\n\n[[hamlet]]\nid = "dong"\n')


def test_what_is_there_already_changes_nothing() -> None:
    fragment = '[[horn]]\nid = "cong"\nname = "Cổng chào"\n'
    assert is_in(FILE, fragment)
    assert not is_in(FILE, fragment.replace("chào", "mới"))


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ('[[horn]]\nid = "x"\nwords = """\n[[horn]]\nid = "x"\n"""\n', '[[horn]]\nid = "x"\nname = "y"\n'),
        ("[station]\nlist = [\n 1,\n]\n", "[station]\nlist = [2]\n"),
        ("[station]\na.b = 1\n", "[station]\na = 1\n"),
    ],
)
def test_an_odd_layout_is_refused_and_never_spoilt(text: str, fragment: str) -> None:
    with pytest.raises(FinalError):
        merged(text, fragment)


@pytest.mark.parametrize("table", ["hub", "web", "broker", "media", "commune", "cap", "template", "person", "way"])
def test_the_province_may_not_touch_keys_doors_or_who_sets_off_alarms(table: str) -> None:
    with pytest.raises(FinalError, match=table):
        check_tables(f"[{table}]\nx = 1\n", FROM_OUTSIDE)


@pytest.mark.parametrize("rubbish", ["", "# chỉ chú thích", "x = [[", "a = " + "[" * 3000])
def test_a_fragment_that_is_none_is_refused(rubbish: str) -> None:
    with pytest.raises(FinalError):
        check_tables(rubbish, FROM_OUTSIDE)


def test_the_difference_shows_no_line_that_stays() -> None:
    shown = difference(FILE, merged(FILE, '[[horn]]\nid = "cong"\nname = "Cổng mới"\n'))
    assert "dong-son" not in shown
    assert '-name = "Cổng chào"' in shown
    assert '+name = "Cổng mới"' in shown


@given(st.text(max_size=40), st.text(max_size=40))
def test_whatever_a_row_says_is_read_back_or_refused(name: str, other: str) -> None:
    try:
        after = merged(FILE, row_text("person", {"id": "an", "name": name, "duty": other}))
    except FinalError:
        return
    assert rows_of(after, "person")["an"] == {"id": "an", "name": name, "duty": other}

"""Line numbers of every way in which TOML lets a person write a setting."""

import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from edge.config.lines import PathKey, line_of, line_table

TEXT = '''\
top = 1
"quoted key" = 2
a.b . "c.d" = 3

[ x . 'y z' ] # [[not.this]]
s = """
[[no]]
k = 1
"""
t = \'\'\'one # [two
\'\'\'
list = [ # comment ]
  "]", "[",

  { in = 1, deep.er = [
      7 ] },
  'x',
]
after = 2026-01-31T10:00:00+07:00
[[rows]]
n = 1
  [[rows.sub]]
  m = 1
  [[rows.sub]]
  m = 2
    [rows.sub.leaf]
    z = "\\"" # "
[[rows]]
n = 2
  [[rows.sub]]
  "m" = 3
'''
LINES: dict[PathKey, int] = {
    ("top",): 1,
    ("quoted key",): 2,
    ("a", "b", "c.d"): 3,
    ("x", "y z"): 5,
    ("x", "y z", "s"): 6,
    ("x", "y z", "t"): 10,
    ("x", "y z", "list"): 12,
    ("x", "y z", "list", 1): 13,
    ("x", "y z", "list", 2): 15,
    ("x", "y z", "list", 2, "deep", "er"): 15,
    ("x", "y z", "list", 2, "deep", "er", 0): 16,
    ("x", "y z", "list", 3): 17,
    ("x", "y z", "after"): 19,
    ("rows",): 20,
    ("rows", 0, "n"): 21,
    ("rows", 0, "sub", 1): 24,
    ("rows", 0, "sub", 1, "m"): 25,
    ("rows", 0, "sub", 1, "leaf", "z"): 27,
    ("rows", 1, "n"): 29,
    ("rows", 1, "sub", 0, "m"): 31,
}


def test_every_way_of_writing_a_setting_has_its_line() -> None:
    tomllib.loads(TEXT)
    table = line_table(TEXT)
    assert {path: table.get(path) for path in LINES} == LINES
    assert ("no",) not in table
    assert ("k",) not in table


def test_a_missing_setting_has_the_line_of_its_table() -> None:
    table = line_table(TEXT)
    assert line_of(table, ("rows", 1, "sub", 0, "gone", 3)) == 30
    assert line_of(table, ("gone",)) is None


def test_file_may_end_without_a_newline_or_hold_nothing() -> None:
    assert line_table("a = 1") == {("a",): 1}
    assert line_table("") == {}
    assert line_table("# only\n\n") == {}


VALUES = st.recursive(
    st.one_of(st.integers(0, 99).map(str), st.sampled_from(['"a]#,}="', "'{['", '"""\n#"""', "1979-05-27", "-inf"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: "[\n" + ",\n".join(items) + "\n]"),
        st.lists(inner, max_size=3).map(
            lambda items: "{ " + ", ".join(f'"k {n}" = {item}' for n, item in enumerate(items)) + " }"
        ),
    ),
    max_leaves=8,
)


@given(st.lists(VALUES, min_size=1, max_size=5))
def test_the_walk_finds_every_key_of_any_valid_text(values: list[str]) -> None:
    text = "".join(f"key{n} = {value}\n" for n, value in enumerate(values))
    table = line_table(text)
    assert set(table) == set(paths(tomllib.loads(text)))
    rows = text.splitlines()
    assert all(rows[table[(f"key{n}",)] - 1].startswith(f"key{n} =") for n in range(len(values)))


def paths(tree: Any, path: PathKey = ()) -> list[PathKey]:
    inner: list[tuple[str | int, Any]] = []
    if isinstance(tree, dict):
        inner = list(tree.items())
    elif isinstance(tree, list):
        inner = list(enumerate(tree))
    return [found for key, value in inner for found in [(*path, key), *paths(value, (*path, key))]]

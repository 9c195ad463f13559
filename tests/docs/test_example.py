"""The example file is the reference of every setting: it loads, and it names and explains each of them."""

import inspect
import tomllib
from pathlib import Path

import msgspec
import pytest

from edge.config import load, schema
from edge.config.lines import line_table
from edge.config.schema import Config, Section, fields_of

EXAMPLE = Path(__file__).parents[2] / "docs" / "ref" / "example.toml"
SECTIONS = {
    kind for _, kind in inspect.getmembers(schema, inspect.isclass) if issubclass(kind, Section) and kind is not Section
}


def places(kind: type[Section]) -> set[tuple[str, ...]]:
    """Where tables of this kind stand in the file, without the numbers of rows."""
    if kind is Config:
        return {()}
    found = set()
    for parent in SECTIONS:
        for field in fields_of(parent):
            if kind in _kinds_in(field.type):
                found |= {(*place, field.name) for place in places(parent)}
    return found


def _kinds_in(hint: object) -> set[object]:
    inner = getattr(hint, "__args__", ())
    return {hint}.union(*(_kinds_in(part) for part in inner)) if inner else {hint}


def lines_with(path: tuple[str, ...]) -> list[str]:
    text = EXAMPLE.read_text().splitlines()
    table = line_table(EXAMPLE.read_text())
    return [text[line - 1] for key, line in table.items() if tuple(k for k in key if isinstance(k, str)) == path]


def test_the_example_loads_with_the_promised_numbers() -> None:
    config = load(EXAMPLE)
    assert (len(config.camera), len(config.hamlet), len(config.horn)) == (29, 7, 12)
    assert (len(config.gauge), len(config.person)) == (4, 20)


def test_every_phone_number_of_the_example_is_fictional() -> None:
    assert all(person.phone.startswith("09000000") for person in load(EXAMPLE).person)


@pytest.mark.parametrize("kind", sorted(SECTIONS, key=str))
def test_every_setting_stands_in_the_example(kind: type[Section]) -> None:
    for place in places(kind):
        missing = [field.encode_name for field in fields_of(kind) if not lines_with((*place, field.encode_name))]
        assert not missing, f"[{'.'.join(place)}] of {EXAMPLE.name} does not name {missing}"


def test_every_setting_of_the_example_is_explained_where_it_stands_first() -> None:
    text = EXAMPLE.read_text().splitlines()
    seen: set[tuple[str, ...]] = set()
    bare: list[str] = []
    for path, line in line_table(EXAMPLE.read_text()).items():
        name = tuple(key for key in path if isinstance(key, str))
        if name not in seen and not text[line - 1].startswith("["):
            seen.add(name)
            if "#" not in text[line - 1] and not text[line - 2].startswith("#") and not _explained_above(name):
                bare.append(f"{line}: {text[line - 1]}")
    assert not bare, "\n".join(bare)


def _explained_above(name: tuple[str, ...]) -> bool:
    """Names and certificates mean the same in every table, and tables are headed by their own comment."""
    return name[-1] in {"id", "name", "ca", "cert", "key", "url", "hamlet"}


def test_a_default_that_the_example_states_is_the_real_one() -> None:
    tree = tomllib.loads(EXAMPLE.read_text())
    for table in ("vision", "speech"):
        defaults = msgspec.to_builtins(getattr(schema, table.title())())
        assert tree[table].keys() == defaults.keys()
        for key in defaults.keys() - {"shards"}:
            assert msgspec.to_builtins(tree[table][key]) == _listed(defaults[key])


def _listed(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value

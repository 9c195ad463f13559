"""The list of what leaves the commune covers every place that tells the province something, and nothing else leaves."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.core.errors import FinalError
from edge.core.leaving import ANY_ALARM, LEAVING, allowed, markdown_table

ROOT = Path(__file__).parents[2]
STATES = {
    "bulletin.": "unread rendering failed draft reapprove ready returned approved queued airing aired stopped dropped",
    "alert.": "sent failed",
    "command.": "done refused",
    "proposal.": "accepted refused",
}
"""What a name that is put together at run time may end in."""


def calls() -> Iterator[tuple[Path, ast.Call]]:
    """Every ``tx.event(lane, kind, subject, data)`` of the product."""
    for path in sorted((ROOT / "edge").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            is_event = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "event"
            if is_event and isinstance(node, ast.Call) and len(node.args) == 4:
                yield path, node


def kinds(path: Path, kind: ast.expr) -> set[str]:
    """What this expression may be: written out, put together, a constant of the module, or what callers pass."""
    tree = ast.parse(path.read_text())
    if isinstance(kind, ast.Constant):
        return {str(kind.value)}
    if isinstance(kind, ast.JoinedStr):
        first = kind.values[0]
        assert isinstance(first, ast.Constant), path
        return {f"{first.value!s}{state}" for state in STATES[str(first.value)].split()}
    assert isinstance(kind, ast.Name), path
    for node in tree.body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == kind.id:
            assert isinstance(node.value, ast.Constant), path
            return {str(node.value.value)}
    passed = {str(node.value) for node in ast.walk(tree) if isinstance(node, ast.Constant) and _is_kind(node.value)}
    assert passed, f"{path}: nobody says what {kind.id} may be"
    return passed


def _is_kind(value: object) -> bool:
    head, dot, tail = value.partition(".") if isinstance(value, str) else ("", "", "")
    return bool(dot) and head.isidentifier() and tail.isidentifier() and head in {k.partition(".")[0] for k in LEAVING}


def test_every_place_that_tells_the_province_something_is_listed() -> None:
    found = {kind for path, call in calls() for kind in kinds(path, call.args[1]) if not _is_deed(kind)}
    assert len(found) > 25
    assert found <= LEAVING.keys()


def _is_deed(kind: str) -> bool:
    """Names of the audit log in the same files look like kinds of events."""
    return kind in {"recording.pin", "recording.unpin", "recording.view", "recording.take"}


def test_fields_that_are_written_out_are_listed() -> None:
    looked = 0
    for path, call in calls():
        data = call.args[3]
        if isinstance(call.args[1], ast.Constant) and isinstance(data, ast.Dict):
            names = {key.value for key in data.keys if isinstance(key, ast.Constant)}
            assert names <= LEAVING[str(call.args[1].value)].fields, (path, call.lineno)
            looked += 1
    assert looked > 5


def test_a_field_that_nobody_listed_stays_and_is_named() -> None:
    found = allowed("incident.taken", 1, {"role": "duty", "phone": "0912345678"})
    assert (found.data, found.withheld) == ({"role": "duty"}, ("phone",))


def test_an_unknown_kind_stays_unless_it_is_an_alarm() -> None:
    with pytest.raises(FinalError, match="không có trong danh sách"):
        allowed("village.gossip", 1, {"kind": "x"})
    found = allowed("dam.burst", 0, {"severity": "extreme", "hamlet": "dong", "owner": "ông Bảy"})
    assert (found.data, found.withheld) == ({"severity": "extreme", "hamlet": "dong"}, ("owner",))


def test_no_list_has_a_number_a_name_or_a_path_of_a_file() -> None:
    every = frozenset().union(*(one.fields for one in LEAVING.values())) | ANY_ALARM
    assert not every & {"phone", "name", "user", "path", "still", "clip", "comment", "note", "detail"}


def test_the_reference_has_the_table() -> None:
    assert (ROOT / "docs" / "ref" / "events.md").read_text().endswith(markdown_table())

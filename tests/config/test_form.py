"""A table of the settings as a form, and the file changed by it."""

from pathlib import Path
from typing import Any

import pytest

from edge.config.form.changes import changes, lines
from edge.config.form.edit import read_tree, with_row, with_table
from edge.config.form.hidden import DOTS, hidden, restored, without_secrets
from edge.config.form.shape import Shape, shape_of_tables
from edge.config.form.words import TABLES
from edge.core.errors import FinalError

EXAMPLE = (Path(__file__).parents[2] / "docs" / "ref" / "example.toml").read_text()
TREE = read_tree(EXAMPLE)
CAMERA = TREE["camera"][0]


def difference(after: str) -> list[str]:
    return lines(EXAMPLE, after)


def test_every_table_of_the_schema_has_its_words_and_its_people() -> None:
    assert shape_of_tables().keys() == TABLES.keys()


def test_every_setting_of_every_form_has_a_name_for_people() -> None:
    bare = [".".join(path) for name, shape in shape_of_tables().items() for path in nameless(shape, (name,))]
    assert bare == []


def nameless(shape: Shape, path: tuple[str, ...]) -> list[tuple[str, ...]]:
    if shape["kind"] == "list":
        return nameless(shape["item"], path)
    if shape["kind"] != "table":
        return []
    own = [(*path, field["name"]) for field in shape["fields"] if field["label"] in ("", field["name"])]
    return own + [one for field in shape["fields"] for one in nameless(field["shape"], (*path, field["name"]))]


@pytest.mark.parametrize("table", ["camera", "station", "cap", "template", "hub", "local_node"])
def test_a_table_saved_as_it_is_changes_not_a_letter(table: str) -> None:
    held = TREE[table]
    after = with_table(EXAMPLE, table, held) if isinstance(held, dict) else with_row(EXAMPLE, table, 0, held[0])
    assert difference(after) == []


def test_one_value_changes_one_line_and_its_comment_stays() -> None:
    after = with_row(EXAMPLE, "camera", 0, {**CAMERA, "retention_days": 14})
    old, new = difference(after)
    assert old.startswith("-retention_days = 7 ")
    assert new.startswith("+retention_days = 14 ")
    assert new.partition("#")[2] == old.partition("#")[2] != ""


def test_a_new_row_comes_behind_its_kind_and_before_the_comment_of_the_next() -> None:
    after = with_row(EXAMPLE, "camera", None, {**CAMERA, "id": "cong-sau"})
    assert all(line.startswith("+") for line in difference(after))
    assert after.index('id = "cong-sau"') < after.index("# Cụm loa: nhiều nhất 60")
    assert read_tree(after)["camera"][-1]["zone"] == CAMERA["zone"]


def test_a_row_goes_and_the_comment_of_the_next_table_stays() -> None:
    after = with_row(EXAMPLE, "shift", 0, None)
    assert "shift" not in read_tree(after)
    assert "# Thang báo tin theo mức" in after


def test_a_zone_more_leaves_the_comments_of_the_others() -> None:
    zones = [*CAMERA["zone"], {**CAMERA["zone"][0], "id": "cua-sau"}]
    after = with_row(EXAMPLE, "camera", 0, {**CAMERA, "zone": zones})
    assert [line for line in difference(after) if line.startswith("-")] == []


def test_an_odd_layout_is_refused_and_not_spoilt() -> None:
    with pytest.raises(FinalError, match="sửa bằng tay"):
        with_row('camera = [{ id = "a" }]\n', "camera", 0, {"id": "b"})


def test_no_secret_is_in_a_form_and_none_is_lost_by_saving_it() -> None:
    for table, held in TREE.items():
        for row in held if isinstance(held, list) else [held]:
            shown = hidden(row)
            assert "mat-khau" not in str(shown), table
            assert restored(shown, row) == row


@pytest.mark.parametrize("secret", ["xem:mat-khau", "doi-chuoi-nay", "thay-bang-ma-cua-nguon", "0900000001"])
def test_no_secret_and_no_whole_number_is_in_a_difference(secret: str) -> None:
    assert secret in EXAMPLE
    assert secret not in "\n".join(lines("", EXAMPLE))
    assert secret not in str(changes({}, TREE))


def test_only_the_zone_that_was_moved_is_told_and_in_words() -> None:
    first, *others = CAMERA["zone"]
    moved = {**first, "polygon": [[0.1, 0.2], [0.5, 0.2], [0.5, 0.9]]}
    after = read_tree(with_row(EXAMPLE, "camera", 0, {**CAMERA, "zone": [moved, *others]}))
    (change,) = changes(TREE, after)
    assert "kho-vat-tu" in change.where
    assert change.after == "3 góc: (0.1; 0.2), (0.5; 0.2), (0.5; 0.9)"


def test_a_new_zone_is_told_alone_though_others_stand_beside_it() -> None:
    new = {"id": "san-sau", "name": "Sân sau", "polygon": [[0.1, 0.2], [0.5, 0.2], [0.5, 0.9]]}
    after = read_tree(with_row(EXAMPLE, "camera", 0, {**CAMERA, "zone": [*CAMERA["zone"], new]}))
    (change,) = changes(TREE, after)
    assert (change.before, "san-sau" in change.where) == (None, True)
    assert "polygon = 3 góc" in str(change.after)


def test_a_password_does_not_follow_an_address_to_another_machine() -> None:
    shown: dict[str, Any] = hidden(CAMERA)
    assert DOTS in shown["url"]
    moved = {**shown, "url": shown["url"].replace("10.20.1.11", "203.0.113.9")}
    with pytest.raises(FinalError, match="gõ lại"):
        restored(moved, CAMERA)
    recorder = {"id": "a", "host": "10.0.0.1", "password": "kín"}
    with pytest.raises(FinalError, match="gõ lại"):
        restored({"id": "a", "host": "203.0.113.9", "password": DOTS}, recorder)


def test_another_path_on_the_same_machine_keeps_the_password() -> None:
    shown = hidden(CAMERA)
    moved = {**shown, "url": shown["url"].replace("luong-phu", "luong-khac")}
    assert restored(moved, CAMERA)["url"] == CAMERA["url"].replace("luong-phu", "luong-khac")


def test_a_line_without_secrets_says_still_what_it_is_about() -> None:
    assert without_secrets('+password = "abc" # x') == f'+password = "{DOTS}" # x'
    assert (
        without_secrets('+settings = { pin = "1234", baud = 9600 }') == f'+settings = {{ pin = "{DOTS}", baud = 9600 }}'
    )


def test_a_change_is_told_setting_by_setting() -> None:
    after = read_tree(with_row(EXAMPLE, "camera", 0, {**CAMERA, "retention_days": 14}))
    (change,) = changes(TREE, after)
    assert (change.where, change.name, change.before, change.after) == (
        "Camera và sổ đăng ký: cong-uy-ban",
        "retention_days",
        "7",
        "14",
    )
    assert change.label == "Giữ hình nhiều nhất mấy ngày"

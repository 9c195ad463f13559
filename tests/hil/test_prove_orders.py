"""The proof of commands, at a small count."""

from hil.prove.province.orders import prove_commands


def test_forged_commands_do_nothing_and_killed_boxes_do_each_once() -> None:
    link = prove_commands(40, 12, 2)
    assert link.ok, link

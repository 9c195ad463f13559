from typing import Any

import pytest

from edge.hub.visitors import PROVINCE, STRANGER, Visitor, visitor_of


def certificate(*names: str) -> dict[str, Any]:
    return {"subject": tuple((("commonName", name),) for name in names)}


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("box-dong-son-1", "/xa/dong-son/box/1"),
        ("box-dong-son-12", "/xa/dong-son/box/12"),
        ("box-xa-3-1", "/xa/xa-3/box/1"),
    ],
)
def test_a_box_sends_for_itself_alone(name: str, source: str) -> None:
    assert visitor_of(certificate(name)) == Visitor(source, sees_all=False)


@pytest.mark.parametrize("name", ["province", "province-lan"])
def test_the_province_sees_all_and_sends_nothing(name: str) -> None:
    assert visitor_of(certificate(name)) == PROVINCE


@pytest.mark.parametrize(
    "name",
    ["", "box", "box-dong-son", "box--1", "box-dong-son-0", "box-dong-son-100", "box-A-1", "box-a-1\n", "node-1"],
)
def test_any_other_name_is_a_stranger(name: str) -> None:
    assert visitor_of(certificate(name)) == STRANGER


def test_no_certificate_or_two_names_are_a_stranger() -> None:
    assert visitor_of(None) == STRANGER
    assert visitor_of(certificate("box-a-1", "box-b-1")) == STRANGER

"""Ready-made templates can be adopted, filled and read aloud; a commune's own are checked when the file is read."""

from pathlib import Path

import pytest

from edge.config import load
from edge.config.load import parse
from edge.config.ready import is_for_people, ready_templates, words_of
from edge.core.errors import MisconfiguredError
from edge.core.template import extremes, fill, holes

EXAMPLE = Path(__file__).parents[2] / "docs" / "ref" / "example.toml"
ADOPT_ALL = "".join(
    f'\n[[template]]\nid = "r-{name}"\nready = "{name}"\napproved_by = "A"\napproved_on = 2026-01-01\n'
    for name in ready_templates()
)


def test_every_ready_template_can_be_adopted_and_read_with_its_blanks_at_their_ends() -> None:
    config = parse((EXAMPLE.read_text() + ADOPT_ALL).encode(), "t")
    adopted = [template for template in config.template if template.id.startswith("r-")]
    assert len(adopted) == len(ready_templates()) >= 12
    for template in adopted:
        assert is_for_people(template)
        words = words_of(template)
        for end in (0, -1):
            assert fill(words, {blank.name: extremes(blank)[end] for blank in words.blanks})


def test_the_words_of_a_ready_template_have_each_blank_once() -> None:
    for name, ready in ready_templates().items():
        assert sorted(holes(ready.text)) == sorted(blank.name for blank in ready.blank), name


def test_an_adopted_template_has_the_ready_priority() -> None:
    (xa_lu,) = (template for template in load(EXAMPLE).template if template.id == "xa-lu")
    assert (xa_lu.priority, xa_lu.title) == ("khan_cap", "Hồ chứa xả lũ")


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ('ready = "khong-co"', "không có mẫu sẵn"),
        ("", "chưa có lời"),
        ('text = "Nghỉ {a}."', "chỗ trống"),
        ('text = "Nghỉ {a} và {a}."\n[[template.blank]]\nname="a"\nkind="date"\nlabel="A"', "đúng một lần"),
        ('text = "Nghỉ {place}."\n[[template.blank]]\nname="place"\nkind="date"\nlabel="A"', "dành cho báo động"),
        ('text = "Nghỉ {a}."\n[[template.blank]]\nname="a"\nkind="choice"\nlabel="A"', "phải có `choices`"),
        ('text = "Có {a}."\n[[template.blank]]\nname="a"\nkind="count"\nlabel="A"', "nhỏ hơn `high`"),
        ('text = "Xqz {a}."\n[[template.blank]]\nname="a"\nkind="date"\nlabel="A"', "không đọc được"),
    ],
)
def test_a_wrong_template_stops_the_start_with_its_line(lines: str, says: str) -> None:
    text = f'\n[[template]]\nid = "moi"\napproved_by = "A"\napproved_on = 2026-01-01\n{lines}\n'
    with pytest.raises(MisconfiguredError, match=says):
        parse((EXAMPLE.read_text() + text).encode(), "t")

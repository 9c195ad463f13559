"""The ready-made templates, and a commune's templates with their blanks as the station uses them."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from edge.config.lines import PathKey
from edge.config.problem import Problem
from edge.config.schema import Blank, Config, Name, PriorityName, Section, Template, Text
from edge.core.normalise_vi import Accent, normalise
from edge.core.template import Blank as BlankValue
from edge.core.template import BlankKind, Words, extremes, fill, fixed_pieces, holes

FILE = Path(__file__).with_name("ready_templates.toml")
NUMBERS = frozenset({"level", "discharge", "count", "duration"})
STEPS = {"level": 0.01}
"""How fine a number may be when its blank does not say; the others are whole."""
ALARM_BLANKS = frozenset({"place", "hamlet", "time", "station", "level", "value", "when"})
"""What incidents fill in by themselves; a person's blanks have other names."""


class Ready(Section, frozen=True, kw_only=True):
    """One ready-made template."""

    title: Name
    priority: PriorityName
    text: Text
    blank: Annotated[tuple[Blank, ...], Meta(max_length=12)]


@cache
def ready_templates() -> Mapping[str, Ready]:
    """All of them by name."""
    return msgspec.convert(tomllib.loads(FILE.read_text("utf-8")), dict[str, Ready])


def adopted(config: Config) -> Config:
    """The settings with the words of the ready-made templates that the commune adopted, and its hamlets in them."""
    hamlets = tuple(hamlet.name for hamlet in config.hamlet)
    templates = (_at_home(_adopted(template), hamlets) for template in config.template)
    return msgspec.structs.replace(config, template=tuple(templates))


def _at_home(template: Template, hamlets: tuple[str, ...]) -> Template:
    """A blank for hamlets is filled with those of this commune."""
    named = (
        msgspec.structs.replace(blank, choices=hamlets) if blank.kind == "hamlets" else blank
        for blank in template.blank
    )
    return msgspec.structs.replace(template, blank=tuple(named))


def _adopted(template: Template) -> Template:
    ready = ready_templates().get(template.ready or "")
    if ready is None:
        urgent = "khan_cap" if template.priority == "usual" else template.priority
        return msgspec.structs.replace(template, priority=urgent)
    return msgspec.structs.replace(
        template,
        text=template.text or ready.text,
        title=template.title or ready.title,
        priority=ready.priority if template.priority == "usual" else template.priority,
        blank=template.blank or ready.blank,
    )


def words_of(template: Template) -> Words:
    """The template as ``core.template`` knows it."""
    return Words(template.text, tuple(map(_blank, template.blank)))


def is_for_people(template: Template) -> bool:
    """Whether a person can fill all of its blanks; else it is an alarm's."""
    return {blank.name for blank in template.blank}.issuperset(holes(template.text))


def _blank(blank: Blank) -> BlankValue:
    return BlankValue(
        name=blank.name,
        kind=BlankKind(blank.kind),
        label=blank.label,
        low=blank.low,
        high=blank.high,
        step=blank.step,
        most=blank.most,
        choices=blank.choices,
        unit=blank.unit,
    )


def check_templates(config: Config) -> Iterator[Problem]:
    """Every template has words; each of its blanks stands in them, once and bounded; all of it can be read aloud."""
    for index, template in enumerate(config.template):
        path: PathKey = ("template", index)
        if template.ready is not None and template.ready not in ready_templates():
            yield Problem((*path, "ready"), f"không có mẫu sẵn `{template.ready}`.")
        elif not template.text.strip():
            yield Problem(path, "mẫu tin chưa có lời: ghi `text` hoặc `ready`.")
        else:
            yield from _check_blanks(template, path)
            yield from _check_reading(template, path, Accent(config.speech.accent))


def _check_blanks(template: Template, path: PathKey) -> Iterator[Problem]:
    names = [blank.name for blank in template.blank]
    for row, blank in enumerate(template.blank):
        where = (*path, "blank", row)
        if blank.name in ALARM_BLANKS:
            yield Problem(where, f"tên `{blank.name}` đã dành cho báo động.")
        elif names.count(blank.name) > 1 or holes(template.text).count(blank.name) != 1:
            yield Problem(where, f"chỗ trống {{{blank.name}}} phải có đúng một lần trong lời của mẫu tin.")
        elif blank.kind == "choice" and not blank.choices:
            yield Problem(where, "chỗ trống kiểu `choice` phải có `choices`.")
        elif blank.kind in NUMBERS and not blank.low < blank.high:
            yield Problem(where, "`low` phải nhỏ hơn `high`.")
        elif blank.kind == "duration" and blank.low < 1:
            yield Problem(where, "`low` của khoảng thời gian phải từ 1 phút trở lên.")
        elif not _ends_on_a_step(blank):
            yield Problem(where, "`low` và `high` phải là bội số của `step`.")


def _ends_on_a_step(blank: Blank) -> bool:
    step = blank.step or STEPS.get(blank.kind, 1.0)
    return blank.kind not in NUMBERS or all(
        abs(end / step - round(end / step)) < 1e-6 for end in (blank.low, blank.high)
    )


def _check_reading(template: Template, path: PathKey, accent: Accent) -> Iterator[Problem]:
    """A template of people, read with each blank at its ends; an alarm's is read in ``spoken`` with its places."""
    if not is_for_people(template):
        return
    words = words_of(template)
    texts = [*fixed_pieces(words), *(text for blank in words.blanks for text in _said(blank))]
    unread = {bad.token for text in texts for bad in normalise(text, accent=accent).unread}
    if unread:
        yield Problem(path, f"mẫu tin `{template.id}` có chữ không đọc được: {', '.join(sorted(unread))}.")


def _said(blank: BlankValue) -> Iterator[str]:
    for value in extremes(blank):
        yield fill(Words(f"{{{blank.name}}}", (blank,)), {blank.name: value})[0].text

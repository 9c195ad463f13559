"""Scenario scripts: a step a line, in the words of the people who stand beside.

# chú thích
tên: Thông báo thường tới mọi cụm loa
viết tới tất cả: Mời bà con chú ý nghe thông báo của xã.
duyệt
phát
nghe tất cả trong 10 giây
xong trong 120 giây
lặng trong 60 giây
ảnh: /wall
hỏi: Người ở cuối thôn nghe rõ từng chữ không?
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from edge.core.errors import MisconfiguredError

ALL = "tất cả"
MOST_S = 3600
MOST_LINES = 200
NO_NAME = "chưa có dòng “tên: …”"


@dataclass(frozen=True, slots=True)
class Step:
    """One line; ``verb`` is one of VERBS, ``words`` what its pattern found."""

    line: int
    text: str
    verb: str
    words: Mapping[str, str]

    @property
    def within_s(self) -> float:
        """Its deadline."""
        return float(self.words["s"])

    @property
    def names(self) -> tuple[str, ...]:
        """Whom it means; empty: all."""
        told = self.words.get("who", ALL)
        return () if told == ALL else tuple(name.strip() for name in told.split(","))


@dataclass(frozen=True, slots=True)
class Script:
    """One scenario."""

    name: str
    path: Path
    steps: tuple[Step, ...]


_IN = r"trong (?P<s>\d{1,4}) giây"
_WHO = r"(?P<who>tất cả|[\w ,.-]+?)"
VERBS: Mapping[str, re.Pattern[str]] = {
    "write": re.compile(rf"viết tới {_WHO}: (?P<text>.{{3,2000}})"),
    "approve": re.compile(r"duyệt"),
    "air": re.compile(r"phát"),
    "stop": re.compile(r"dừng"),
    "hear": re.compile(rf"nghe {_WHO} {_IN}"),
    "aired": re.compile(rf"xong {_IN}"),
    "quiet": re.compile(rf"lặng {_IN}"),
    "rise": re.compile(r"nước lên"),
    "fall": re.compile(r"nước xuống"),
    "message": re.compile(rf"tin cho {_WHO} {_IN}"),
    "incident": re.compile(rf"sự cố (?P<kind>[a-z_]+) {_IN}"),
    "cameras": re.compile(rf"camera {_WHO} {_IN}"),
    "wait": re.compile(r"đợi (?P<s>\d{1,4}) giây"),
    "picture": re.compile(r"ảnh: (?P<path>/[\w/-]*)"),
    "ask": re.compile(r"hỏi: (?P<text>.{3,300})"),
}
_NEEDS: Mapping[str, tuple[str, ...]] = {
    "approve": ("write",),
    "air": ("approve",),
    "aired": ("air",),
    "quiet": ("air", "rise"),
    "stop": ("air", "rise"),
    "hear": ("air", "rise"),
    "message": ("rise",),
    "fall": ("rise",),
}
"""A step that means nothing unless one of these came before."""


def read(path: Path) -> Script:
    """The scenario in a file. Raises MisconfiguredError that names file and line."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as cause:
        raise MisconfiguredError(f"{path}: không đọc được: {cause}.") from cause
    if len(lines) > MOST_LINES:
        raise MisconfiguredError(f"{path}: dài quá {MOST_LINES} dòng.")
    name, steps = "", list[Step]()
    for number, line in enumerate(lines, 1):
        told = " ".join(line.split())
        if not told or told.startswith("#"):
            continue
        if told.startswith("tên:"):
            name = told.removeprefix("tên:").strip()
            continue
        steps.append(_step(path, number, told))
        _check_order(path, steps)
    if not name or not steps:
        raise MisconfiguredError(f"{path}: {NO_NAME if not name else 'chưa có bước nào'}.")
    return Script(name, path, tuple(steps))


def _step(path: Path, number: int, told: str) -> Step:
    for verb, pattern in VERBS.items():
        if found := pattern.fullmatch(told):
            words = {key: value for key, value in found.groupdict().items() if value is not None}
            if not 0 < int(words.get("s", "1")) <= MOST_S:
                raise MisconfiguredError(f"{path}, dòng {number}: thời hạn từ 1 đến {MOST_S} giây.")
            return Step(number, told, verb, words)
    raise MisconfiguredError(f"{path}, dòng {number}: không hiểu “{told[:80]}”. Các bước có: {', '.join(_said())}.")


def _said() -> list[str]:
    """The first words of each step, for who wrote something else."""
    return [re.split(r"[(\\]", pattern.pattern)[0].strip(" :") for pattern in VERBS.values()]


def _check_order(path: Path, steps: list[Step]) -> None:
    step = steps[-1]
    needed = _NEEDS.get(step.verb)
    if needed and not any(one.verb in needed for one in steps[:-1]):
        wanted = " hoặc ".join(f"“{VERBS[verb].pattern.split(' ')[0]}”" for verb in needed)
        raise MisconfiguredError(f"{path}, dòng {step.line}: “{step.text}” phải đứng sau bước {wanted}.")

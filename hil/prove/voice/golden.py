"""The golden set of bulletins and its judge: how well the reader reads what nobody wrote for it.

The set (`tests/core/golden/bulletins.jsonl`) was written from usage and not from the code; see its README.

**Choices.** A reading is written as words with choices between braces: ``bảy giờ {đúng|}`` stands for ``bảy giờ đúng``
and ``bảy giờ``. Choices may be nested and hold whole words. A fact is written in the same way.

**Right** is a spoken text that equals an accepted reading, word by word: capitals, punctuation and blanks do not count,
nor does the place of the tone mark in oa, oe and uy (hoà, hòa), which nobody hears.
**Wrong** is a fact none of whose readings is in the spoken text as whole words, behind the fact before it: "bảy giờ" is
not heard in the "mười bảy giờ" that belongs to the next fact.
"""

import json
import re
import time
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from edge.core.normalise_vi import normalise

GOLDEN = Path(__file__).resolve().parents[3] / "tests" / "core" / "golden" / "bulletins.jsonl"
REFUSE = "refuse"
_PIECE = re.compile(r"[{}|]|[^{}|]+")
_REGEX = {"{": "(?:", "|": "|", "}": ")"}
_TONES = (
    ("oà", "òa"), ("oá", "óa"), ("oả", "ỏa"), ("oã", "õa"), ("oạ", "ọa"),
    ("oè", "òe"), ("oé", "óe"), ("oẻ", "ỏe"), ("oẽ", "õe"), ("oẹ", "ọe"),
    ("uỳ", "ùy"), ("uý", "úy"), ("uỷ", "ủy"), ("uỹ", "ũy"), ("uỵ", "ụy"),
)  # fmt: skip
Read = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Bulletin:
    """A line of the set: a text to be read (`spoken`, `facts`), or one to be refused (`unread`)."""

    id: str
    class_: str
    text: str
    spoken: tuple[str, ...] = ()
    facts: tuple[tuple[str, ...], ...] = ()
    ordinary: bool = False
    unread: tuple[str, ...] = ()

    @property
    def to_refuse(self) -> bool:
        """Whether a careful announcer would hand the text back."""
        return self.class_ == REFUSE


@dataclass(frozen=True, slots=True)
class WrongFact:
    """A fact that was not heard."""

    id: str
    text: str
    spoken: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Differing:
    """A text read otherwise than any accepted reading, with its facts right or wrong."""

    id: str
    text: str
    spoken: str
    expected: tuple[str, ...]


@dataclass(slots=True)
class Tally:
    """How one class came out."""

    sentences: int = 0
    refused: int = 0
    wrong_facts: int = 0
    right: int = 0


@dataclass(slots=True)
class Judgement:
    """How the whole set came out. `refused` holds texts to be read, `refuse_missed` texts that were to be refused."""

    sentences: int = 0
    to_refuse: int = 0
    ordinary: int = 0
    ordinary_right: int = 0
    right: int = 0
    facts: int = 0
    seconds: float = 0.0
    refused: list[Bulletin] = field(default_factory=list)
    wrong_facts: list[WrongFact] = field(default_factory=list)
    differing: list[Differing] = field(default_factory=list)
    refuse_missed: list[Differing] = field(default_factory=list)
    classes: dict[str, Tally] = field(default_factory=dict)

    @property
    def refused_share(self) -> float:
        """Part of the texts to be read that were not."""
        return len(self.refused) / self.sentences if self.sentences else 0.0

    @property
    def ordinary_right_share(self) -> float:
        """Part of the ordinary notices read as a listener accepts; a refused one is not right."""
        return self.ordinary_right / self.ordinary if self.ordinary else 0.0

    @property
    def ms_per_sentence(self) -> float:
        """Milliseconds that a text took, the refused ones counted."""
        return 1000 * self.seconds / max(1, self.sentences + self.to_refuse)


def load(path: Path = GOLDEN) -> list[Bulletin]:
    """Every line of the set, in order."""
    with path.open(encoding="utf-8") as lines:
        return [_bulletin(json.loads(line)) for line in lines]


def words(text: str) -> str:
    """A spoken text as it is compared: each word in lower case behind one blank, nothing else."""
    lowered = unicodedata.normalize("NFC", text).lower()
    for old, new in _TONES:
        lowered = re.sub(rf"(?<!q){old}(?!\w)", new, lowered)
    return "".join(f" {word}" for word in re.findall(r"\w+", lowered))


def accepts(reading: str, spoken: str) -> bool:
    """Whether the whole spoken text is this reading, under one of its choices."""
    return _pattern(reading).fullmatch(words(spoken)) is not None


def missing(facts: Sequence[Sequence[str]], spoken: str) -> list[Sequence[str]]:
    """The facts that are not heard, looked for in their order and never twice in the same words."""
    heard, at, lost = words(spoken), 0, []
    for fact in facts:
        choices = "|".join(_pattern(choice).pattern for choice in fact)
        found = re.compile(rf"(?:{choices})(?= |$)").search(heard, at)
        if found is None:
            lost.append(fact)
        else:
            at = found.end()
    return lost


def expand(reading: str) -> Iterator[str]:
    """Every single reading that the choices stand for, the first choices first."""
    opening = reading.find("{")
    if opening < 0:
        yield reading
        return
    branches, closing = _branches(reading, opening)
    for branch in branches:
        yield from expand(f"{reading[:opening]} {branch} {reading[closing + 1 :]}")


def read(text: str) -> str | None:
    """The product's reader with its own table: spoken words, or None when anything is unread."""
    result = normalise(text)
    return None if result.unread else result.spoken


def judge(bulletins: Sequence[Bulletin], reader: Read = read) -> Judgement:
    """Reads every text once and counts."""
    result = Judgement()
    for bulletin in bulletins:
        start = time.perf_counter()
        spoken = reader(bulletin.text)
        result.seconds += time.perf_counter() - start
        _count(result, bulletin, spoken)
    return result


def _count(result: Judgement, bulletin: Bulletin, spoken: str | None) -> None:
    if bulletin.to_refuse:
        result.to_refuse += 1
        if spoken is not None:
            result.refuse_missed.append(Differing(bulletin.id, bulletin.text, spoken, bulletin.unread))
        return
    tally = result.classes.setdefault(bulletin.class_, Tally())
    tally.sentences += 1
    result.sentences += 1
    result.ordinary += bulletin.ordinary
    result.facts += len(bulletin.facts)
    if spoken is None:
        tally.refused += 1
        result.refused.append(bulletin)
    else:
        _compare(result, tally, bulletin, spoken)


def _compare(result: Judgement, tally: Tally, bulletin: Bulletin, spoken: str) -> None:
    lost = missing(bulletin.facts, spoken)
    result.wrong_facts += [WrongFact(bulletin.id, bulletin.text, spoken, tuple(fact)) for fact in lost]
    tally.wrong_facts += len(lost)
    if any(accepts(reading, spoken) for reading in bulletin.spoken):
        tally.right += 1
        result.right += 1
        result.ordinary_right += bulletin.ordinary
    else:
        result.differing.append(Differing(bulletin.id, bulletin.text, spoken, bulletin.spoken))


def _bulletin(line: Mapping[str, object]) -> Bulletin:
    facts = line.get("facts", [])
    assert isinstance(facts, list)
    return Bulletin(
        id=str(line["id"]),
        class_=str(line["class"]),
        text=str(line["text"]),
        spoken=_strings(line.get("spoken", [])),
        facts=tuple(_strings(fact) for fact in facts),
        ordinary=bool(line.get("ordinary", False)),
        unread=_strings(line.get("unread", [])),
    )


def _strings(value: object) -> tuple[str, ...]:
    assert isinstance(value, list)
    return tuple(str(each) for each in value)


def _pattern(reading: str) -> re.Pattern[str]:
    return re.compile("".join(_REGEX.get(piece) or words(piece) for piece in _PIECE.findall(reading)))


def _branches(reading: str, opening: int) -> tuple[list[str], int]:
    """The choices between the brace at `opening` and its partner, and where that one is."""
    branches, depth, start = [], 0, opening + 1
    for at in range(opening, len(reading)):
        depth += {"{": 1, "}": -1}.get(reading[at], 0)
        if depth == 1 and reading[at] == "|":
            branches.append(reading[start:at])
            start = at + 1
        if depth == 0:
            return [*branches, reading[start:at]], at
    msg = f"a brace is never closed: {reading}"
    raise ValueError(msg)

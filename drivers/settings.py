"""Settings of a device: a frozen dataclass whose fields carry their type and their bounds.

@dataclass(frozen=True, slots=True)
class Settings:
    device: str
    unit: Annotated[int, Between(1, 247)]
    rain_register: Annotated[int | None, Between(0, 65535)] = None
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from types import NoneType
from typing import Annotated, Protocol, TypeVar, get_args, get_origin, get_type_hints

from drivers.base import MisconfiguredDriverError

LONGEST_TEXT = 200
S = TypeVar("S")


class Bound(Protocol):
    """What a value must keep to beside its type."""

    def keeps(self, value: float | str) -> bool:
        """Whether the value is allowed."""


@dataclass(frozen=True, slots=True)
class Between:
    """A number from `low` to `high`, both included."""

    low: float
    high: float

    def keeps(self, value: float | str) -> bool:
        """Whether the value lies between."""
        return not isinstance(value, str) and self.low <= value <= self.high

    def __str__(self) -> str:
        return f"from {self.low:g} to {self.high:g}"


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a few values."""

    choices: tuple[float | str, ...]

    def keeps(self, value: float | str) -> bool:
        """Whether the value is one of the choices."""
        return value in self.choices

    def __str__(self) -> str:
        return "one of " + ", ".join(map(str, self.choices))


@dataclass(frozen=True, slots=True)
class Shaped:
    """A text of a certain form, and the form in words."""

    pattern: str
    words: str

    def keeps(self, value: float | str) -> bool:
        """Whether the whole text has the form."""
        return isinstance(value, str) and re.fullmatch(self.pattern, value) is not None

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that no message may show."""

    def keeps(self, value: float | str) -> bool:
        """Any."""
        return True

    def __str__(self) -> str:
        return "a secret"


UnitNumber = Annotated[int, Between(1, 247)]  # Modbus over serial line V1.02, 2.2: 0 is broadcast, 248-255 reserved
Baud = Annotated[int, OneOf((4800, 9600, 19200, 38400, 57600, 115200))]


def parse_settings(kind: str, form: type[S], given: Mapping[str, object]) -> S:
    """Build `form` from `given`; `MisconfiguredDriverError` names the first key that is unknown, missing or wrong."""
    hints = get_type_hints(form, include_extras=True)
    _refuse_unknown(kind, given, set(hints))
    _refuse_missing(kind, form, given)
    return form(**{key: _checked(f"{kind}.{key}", hints[key], value) for key, value in given.items()})


def _refuse_unknown(kind: str, given: Mapping[str, object], known: set[str]) -> None:
    for key in given:
        if key not in known:
            raise MisconfiguredDriverError(f"{kind}.{key}: no such setting; there are {', '.join(sorted(known))}")


def _refuse_missing(kind: str, form: type[S], given: Mapping[str, object]) -> None:
    for field in fields(form):  # type: ignore[arg-type]  # a device's Settings is a dataclass; S cannot say so
        if field.default is MISSING and field.name not in given:
            raise MisconfiguredDriverError(f"{kind}.{field.name}: this setting is missing")


def _checked(name: str, hint: object, value: object) -> object:
    bare, bounds = _without_bounds(hint)
    kinds = get_args(bare) or (bare,)
    if value is None and NoneType in kinds:
        return None
    shown = "this value" if any(isinstance(bound, Secret) for bound in bounds) else repr(value)
    typed = _typed(name, next(k for k in kinds if k is not NoneType), value, shown)
    for bound in bounds:
        if not bound.keeps(typed):
            raise MisconfiguredDriverError(f"{name}: {shown} is not {bound}")
    return typed


def _without_bounds(hint: object) -> tuple[object, tuple[Bound, ...]]:
    if get_origin(hint) is Annotated:
        bare, *bounds = get_args(hint)
        return bare, tuple(bounds)
    return hint, ()


def _typed(name: str, wanted: object, value: object, shown: str) -> float | str:
    if wanted is str and isinstance(value, str) and 0 < len(value) <= LONGEST_TEXT:
        return value
    if wanted is int and isinstance(value, int) and not isinstance(value, bool):
        return value
    if wanted is float and isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    words = {str: f"a text of 1 to {LONGEST_TEXT} characters", int: "a whole number", float: "a number"}
    raise MisconfiguredDriverError(f"{name}: {shown} is not {words.get(wanted, wanted)}")  # type: ignore[call-overload]  # wanted comes from a type hint

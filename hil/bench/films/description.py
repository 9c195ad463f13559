"""What `cameras.toml` describes, as values."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

FILE = Path(__file__).parents[1] / "cameras.toml"


@dataclass(frozen=True, slots=True)
class Look:
    """How one camera films: `size` is width and height in pixels, `kbit_s` the most of vbr and the rate of cbr."""

    id: str
    size: tuple[int, int]
    fps: int
    gop_s: int
    rate: Literal["vbr", "cbr"]
    kbit_s: int
    ground: str
    night: bool


@dataclass(frozen=True, slots=True)
class VisitPlan:
    """How many people come by in one loop of a film, and how."""

    film_s: int
    idle: int
    awake: int
    short: int
    long: int
    idle_gap_s: float
    person: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Loop:
    """Films of so many seconds in which nobody comes."""

    film_s: int
    looks: tuple[Look, ...]


@dataclass(frozen=True, slots=True)
class Description:
    """The whole file. `nuisance` maps a kind to how often a minute it happens, in films of `nuisance_s`."""

    shards: int
    plan: VisitPlan
    cameras: tuple[Look, ...]
    quiet: Loop
    main: Loop
    nuisance: dict[str, int]
    nuisance_s: int


def described(path: Path = FILE) -> Description:
    """The file, read. Raises TypeError where a camera lacks a field or has one that nobody knows."""
    with path.open("rb") as file:
        tables = tomllib.load(file)
    plan = {**tables["visits"], "person": tuple(tables["visits"]["person"])}
    nuisance = dict(tables["nuisance"])
    return Description(
        shards=tables["box"]["shards"],
        plan=VisitPlan(**plan),
        cameras=_looks(tables["cameras"]["films"]),
        quiet=_loop(tables["quiet"]),
        main=_loop(tables["main"]),
        nuisance_s=nuisance.pop("film_s"),
        nuisance=nuisance,
    )


def _loop(table: dict[str, Any]) -> Loop:
    return Loop(table["film_s"], _looks(table["films"]))


def _looks(rows: list[dict[str, Any]]) -> tuple[Look, ...]:
    return tuple(Look(**{**row, "size": tuple(row["size"])}) for row in rows)

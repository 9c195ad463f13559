"""``bench.toml``: which box, who presses its buttons, and by what each horn, telephone and gauge is watched."""

from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from edge.core.errors import MisconfiguredError

Sense = Literal["simulated", "microphone", "person"]
Name = Annotated[str, Meta(min_length=1, max_length=60)]
Id = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,59}\Z")]
MOST_BYTES = 100_000


class Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of the file."""


class BoxAt(Strict, frozen=True):
    """Where the pages are; ``ca``: the commune's authority, as phones install it; ``wall_token_file``: for pictures."""

    url: Annotated[str, Meta(pattern=r"^https?://[^/]+\Z")]
    ca: str = ""
    wall_token_file: str = ""


class Presser(Strict, frozen=True):
    """Somebody with an account; his password lies in a file of its own. ``code``: the second factor is asked for."""

    login: Name
    password_file: Annotated[str, Meta(min_length=1)]
    code: bool = False


class People(Strict, frozen=True):
    """Who writes and airs, and who approves."""

    operator: Presser
    leader: Presser


class HornAt(Strict, frozen=True):
    """A horn. ``device``: the microphone before it, as ALSA names it (``arecord -L``)."""

    id: Id
    sense: Sense
    device: str = ""


class PhoneAt(Strict, frozen=True):
    """A telephone that messages must reach; ``number`` as the network writes it."""

    id: Id
    sense: Literal["simulated", "person"]
    number: Annotated[str, Meta(min_length=4, max_length=20)]


class GaugeAt(Strict, frozen=True):
    """What makes the river rise: the simulated one, or a person who lifts the sensor."""

    sense: Literal["simulated", "person"]


class Bench(Strict, frozen=True):
    """The whole file; ``devices``: the folder of simulated devices (hil.devices)."""

    place: Name
    box: BoxAt
    people: People
    horn: Annotated[tuple[HornAt, ...], Meta(min_length=1, max_length=200)]
    phone: Annotated[tuple[PhoneAt, ...], Meta(max_length=200)] = ()
    gauge: GaugeAt | None = None
    devices: str = ""


def load(path: Path) -> Bench:
    """Read it; paths in it are taken from its own folder. Raises MisconfiguredError that names what is wrong where."""
    try:
        text = path.read_bytes()
    except OSError as cause:
        raise MisconfiguredError(f"{path}: không đọc được: {cause.strerror}.") from cause
    if len(text) > MOST_BYTES:
        raise MisconfiguredError(f"{path}: dài quá mức.")
    try:
        bench = msgspec.toml.decode(text, type=Bench)
    except msgspec.DecodeError as cause:
        raise MisconfiguredError(f"{path}: {cause}.") from cause
    _check(path, bench)
    return bench


def beside(path: Path, name: str) -> Path:
    """A file that ``bench.toml`` names."""
    return path.parent / name


def _check(path: Path, bench: Bench) -> None:
    for one in bench.horn:
        if one.sense == "microphone" and not one.device:
            raise MisconfiguredError(f"{path}: [[horn]] {one.id}: sense = “microphone” cần device (xem `arecord -L`).")
    senses = [(one.id, one.sense) for one in bench.horn] + [(one.id, one.sense) for one in bench.phone]
    simulated = [name for name, sense in senses if sense == "simulated"]
    if simulated and not bench.devices:
        raise MisconfiguredError(f"{path}: {', '.join(simulated)} là mô phỏng nhưng chưa có `devices`.")
    for table, rows in (("horn", bench.horn), ("phone", bench.phone)):
        names = [one.id for one in rows]
        doubled = sorted({name for name in names if names.count(name) > 1})
        if doubled:
            raise MisconfiguredError(f"{path}: [[{table}]] {doubled[0]} có hai lần.")

"""The few questions that make a first config, each asked until its answer is one that the box accepts."""

import math
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import click
import msgspec

from edge.config.schema import Host, HttpsUrl, Level, Name, Path, Phone, RtspUrl, Slug
from edge.config.words import checker_words

Row = dict[str, object]
Table = tuple[str, Row]
"""A table of the file: its name, and its settings in order."""

ENOUGH = "Enter: hết"
PKI = "/etc/molang/pki"
MARGIN_M = 10.0
"""A reading this far outside the flood levels is taken for a fault until a technician says otherwise."""


def ask_everything() -> Iterator[Table]:
    """All tables of the file but ``[web]``, in the order in which people think of them."""
    commune, address = _commune()
    yield "commune", commune
    yield from _network(address, str(commune["id"]))
    hamlets = _hamlets()
    for key, name in hamlets.items():
        yield "[hamlet]", {"id": key, "name": name}
    yield from _cameras(hamlets)
    horns = list(_horns(hamlets))
    yield from horns
    yield from _local_node([str(row["id"]) for _, row in horns])
    yield from _gauge(hamlets)
    yield from _modem()
    yield from _people(hamlets)


def slug(name: str) -> str:
    """``Thôn Bến Cát`` as ``thon-ben-cat``."""
    plain = unicodedata.normalize("NFD", name.lower().replace("đ", "d"))
    letters = "".join(c if c.isascii() and c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return "-".join(letters.split())[:40].strip("-")


def checked(kind: Any) -> Callable[[str], Any]:
    """Reads an answer as a type of ``schema``; what is wrong with it is said in Vietnamese."""

    def read(answer: str) -> Any:
        if not answer.isprintable():
            raise click.BadParameter("có ký tự không in được.")
        try:
            return msgspec.convert(" ".join(answer.split()), kind, strict=False)
        except msgspec.ValidationError as cause:
            raise click.BadParameter(f"{checker_words(str(cause))}.") from cause

    return read


def _ask(question: str, kind: Any, default: str | None = None) -> Any:
    return click.prompt(question, value_proc=checked(kind), default=default)


def _ask_or_nothing(question: str, kind: Any) -> Any:
    """The answer, or None when nothing is written."""
    read = checked(kind)
    return click.prompt(
        question, value_proc=lambda answer: read(answer) if answer else None, default="", show_default=False
    )


def _ask_hamlet(hamlets: Mapping[str, str]) -> str:
    return _ask_one_of("  Thuộc thôn", list(hamlets))


def _ask_one_of(question: str, known: Sequence[str]) -> str:
    def read(answer: str) -> str:
        if answer not in known:
            raise click.BadParameter(f"hãy chọn một trong: {', '.join(known)}.")
        return answer

    chosen: str = click.prompt(f"{question} ({', '.join(known)})", value_proc=read, default=known[0])
    return chosen


def _new_id(name: str, taken: set[str]) -> str:
    """An id made of the name that no other row has."""
    wanted = slug(name) or "ten"
    number, found = 2, wanted
    while found in taken:
        found, number = f"{wanted[:36]}-{number}", number + 1
    taken.add(found)
    return found


def _commune() -> tuple[Row, str]:
    name = _ask("Tên xã", Name)
    row: Row = {"id": _ask("Tên viết tắt, không dấu", Slug, slug(name) or None), "name": name}
    row["data"] = _ask("Thư mục dữ liệu", Path, "/var/lib/molang")
    return row, _ask("Địa chỉ của hộp trong mạng của xã", Host, "127.0.0.1")


def _network(address: str, commune: str) -> Iterator[Table]:
    own: Row = {"ca": f"{PKI}/ca.pem", "cert": f"{PKI}/box.pem", "key": f"{PKI}/box.key"}
    yield "broker", own
    host = f"[{address}]" if ":" in address else address
    yield "media", {"host": address, "url": f"https://{host}:8443/media", **own}
    hub = _ask_or_nothing("Địa chỉ https:// của đầu nhận ở tỉnh (Enter: chưa có)", HttpsUrl)
    if hub:
        pair = {"cert": f"{PKI}/{commune}.pem", "key": f"{PKI}/{commune}.key"}
        yield "hub", {"url": hub, "ca": f"{PKI}/tinh-ca.pem", **pair}


def _hamlets() -> dict[str, str]:
    def read(answer: str) -> dict[str, str]:
        taken: set[str] = {"all"}
        names = [" ".join(part.split()) for part in answer.split(",") if part.strip()]
        if not names:
            raise click.BadParameter("cần ít nhất một thôn.")
        return {_new_id(name, taken): name for name in names}

    hamlets: dict[str, str] = click.prompt("Các thôn, cách nhau bằng dấu phẩy", value_proc=read)
    return hamlets


def _cameras(hamlets: Mapping[str, str]) -> Iterator[Table]:
    taken: set[str] = set()
    while url := _ask_or_nothing(f"Camera {len(taken) + 1}: địa chỉ rtsp:// ({ENOUGH})", RtspUrl):
        name = _ask("  Tên camera", Name)
        yield (
            "[camera]",
            {
                "id": _new_id(name, taken),
                "name": name,
                "hamlet": _ask_hamlet(hamlets),
                "url": url,
                "purpose": _ask("  Mục đích (luật đòi hỏi)", Name),
            },
        )


def _horns(hamlets: Mapping[str, str]) -> Iterator[Table]:
    taken: set[str] = set()
    while name := _ask_or_nothing(f"Cụm loa {len(taken) + 1}: tên ({ENOUGH})", Name):
        yield "[horn]", {"id": _new_id(name, taken), "name": name, "hamlet": _ask_hamlet(hamlets)}


def _local_node(horns: Sequence[str]) -> Iterator[Table]:
    if not horns or not click.confirm("Có cụm loa gắn thẳng vào hộp này không?", default=False):
        return
    horn = _ask_one_of("  Cụm nào", horns)
    device = _ask("  Cổng của bo rơ-le", Path, "/dev/serial/by-id/usb-rs485")
    yield (
        "local_node",
        {
            "horn": horn,
            "amplifier": "relay_amp_modbus",
            "amplifier_settings": {"device": device, "relay_unit": 1, "relay_channel": 1, "amp_unit": 2},
            "sound_settings": {"device": "default"},
            "cert": f"{PKI}/{horn}.pem",
            "key": f"{PKI}/{horn}.key",
        },
    )


def _gauge(hamlets: Mapping[str, str]) -> Iterator[Table]:
    if not click.confirm("Có trạm đo mực nước không?", default=False):
        return
    name = _ask("  Tên trạm, ví dụ: sông Giang tại Cầu Đoài", Name)
    device = _ask("  Cổng của trạm đo", Path, "/dev/serial/by-id/usb-rs485-song")
    row: Row = {"id": slug(name) or "tram-do", "name": name, "settings": {"device": device, "unit": 1}}
    levels = _levels()
    if levels:
        row["bao_dong_m"] = levels
        row["range_m"] = [levels[0] - MARGIN_M, levels[-1] + MARGIN_M]
        row["source"] = _ask("  Văn bản ban hành các mức này", Name)
    yield "[gauge]", {**row, "hamlets": list(hamlets)}


def _levels() -> list[float]:
    """Báo động 1, 2, 3, each above the one before; nothing when the first is left out."""
    read = _above(-math.inf)
    first: float | None = click.prompt(
        "  Mức báo động 1, mét (Enter: chưa có văn bản)",
        value_proc=lambda answer: read(answer) if answer else None,
        default="",
        show_default=False,
    )
    if first is None:
        return []
    second: float = click.prompt("  Mức báo động 2, mét", value_proc=_above(first))
    third: float = click.prompt("  Mức báo động 3, mét", value_proc=_above(second))
    return [first, second, third]


def _above(low: float) -> Callable[[str], float]:
    """Reads a level, written with a comma or a point, that is higher than ``low``."""
    read = checked(Level)

    def level(answer: str) -> float:
        found: float = read(answer.replace(",", "."))
        if found <= low:
            raise click.BadParameter(f"phải cao hơn {low:g}.")
        return found

    return level


def _modem() -> Iterator[Table]:
    if click.confirm("Có modem để nhắn tin không?", default=False):
        device = _ask("  Cổng AT của modem", Path, "/dev/serial/by-id/usb-modem-if02")
        yield "[modem]", {"id": "sim-1", "settings": {"device": device}}


def _people(hamlets: Mapping[str, str]) -> Iterator[Table]:
    taken: set[str] = set()
    while name := _ask_or_nothing(f"Cán bộ nhận tin {len(taken) + 1}: họ tên ({ENOUGH})", Name):
        row: Row = {"id": _new_id(name, taken), "name": name, "phone": _ask("  Số điện thoại", Phone)}
        row["duty"] = _ask("  Nhiệm vụ", Name)
        where = _ask_one_of("  Nhận tin của", ["all", *hamlets])
        yield "[person]", row if where == "all" else {**row, "hamlet": where}

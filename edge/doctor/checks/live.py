"""What the running supervisor says of its parts: services, cameras, nodes, modems, the province, the supply."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from edge.config.folders import control_socket
from edge.control.client import call
from edge.control.protocol import GetState, Refused
from edge.core.errors import MolangError
from edge.core.report.devices import LOW_SIGNAL_DBM
from edge.core.vision import CameraState
from edge.doctor.finding import Check, Finding, Mark, Patient, Said, fine, marked

State = Mapping[str, Any]
NODE_BATTERY_V = 11.8
"""A 12 V lead battery at rest has a quarter of its charge left there."""
_START = Said("Xem `systemctl status molang` và `journalctl -u molang`.", "Look at `journalctl -u molang`.")


def live(patient: Patient) -> Iterator[Finding]:
    """All of it, from one answer. Without an answer each line is unknown, and unknown is not well."""
    try:
        state = _state(patient)
    except MolangError as error:
        said = Said(f"Bộ điều khiển không trả lời: {error}", f"The supervisor does not answer: {error}")
        yield Finding("supervisor", Mark.BAD, said, _START)
        yield from (_unknown(name) for name in _PARTS)
        return
    yield fine("supervisor", "Bộ điều khiển trả lời.", "The supervisor answers.")
    for name, told in _PARTS.items():
        found = tuple(told(state))
        yield from found or (fine(name, f"Không có gì để khám: {name}.", f"Nothing to look at: {name}."),)


def _state(patient: Patient) -> State:
    reply = call(control_socket(patient.data), GetState(user="doctor", role="technician"))
    if isinstance(reply, Refused):
        raise MolangError(reply.reason)
    return reply.value


def _unknown(name: str) -> Finding:
    said = Said(f"Chưa biết {name} ra sao: bộ điều khiển không trả lời.", f"{name}: unknown, no supervisor.")
    return Finding(name, Mark.WARN, said, _START)


def _services(state: State) -> Iterator[Finding]:
    for row in state.get("services") or ():
        if row["name"].startswith(("modem-", "host-")):
            continue  # they have lines of their own
        said = Said(
            f"Phần {row['name']}: {row['state']} {row['detail']}".strip() + ".", f"Part {row['name']}: {row['state']}."
        )
        cure = Said("Xem `journalctl -u molang`.", "Look at `journalctl -u molang`.")
        yield marked(f"service/{row['name']}", Mark.BAD if row["state"] == "down" else Mark.OK, said, cure)


def _cameras(state: State) -> Iterator[Finding]:
    for row in state.get("cameras") or ():
        well = row["state"] == CameraState.ONLINE
        said = Said(
            f"Camera {row['name']}: {row['state']} {row['detail']}".strip() + ".",
            f"Camera {row['id']}: {row['state']}.",
        )
        cure = Said("Xem nguồn, dây mạng, mật khẩu của camera.", "Look at its power, cable and password.")
        yield marked(f"camera/{row['id']}", Mark.OK if well else Mark.WARN, said, cure)


def _nodes(state: State) -> Iterator[Finding]:
    for row in state.get("horns") or ():
        weak = row["batt_v"] is not None and row["batt_v"] < NODE_BATTERY_V
        volts = "" if row["batt_v"] is None else f", ắc quy {row['batt_v']:.1f} V"
        told = f"đang nối{volts}" if row["online"] else "không trả lời"
        said = Said(
            f"Cụm loa {row['name']}: {told}.",
            f"Node {row['id']}: {'online' if row['online'] else 'does not answer'}{', weak battery' if weak else ''}.",
        )
        cure = Said(
            "Xem điện, sóng 4G hay Wi-Fi và chứng thư của cụm loa; ắc quy yếu thì thay.",
            "Look at its power, its line and its certificate; replace a weak battery.",
        )
        mark = Mark.BAD if not row["online"] else Mark.WARN if weak else Mark.OK
        yield marked(f"node/{row['id']}", mark, said, cure)


def _modems(state: State) -> Iterator[Finding]:
    for row in state.get("phones") or ():
        faint = row["signal_dbm"] is not None and row["signal_dbm"] < LOW_SIGNAL_DBM
        away = not row["ok"] or row["registered"] is False
        signal = "" if row["signal_dbm"] is None else f", sóng {row['signal_dbm']} dBm"
        told = f"không gửi được {row['detail']}".strip() if away else f"gửi được{signal}"
        said = Said(f"Modem {row['modem']}: {told}.", f"Modem {row['modem']}: {'cannot send' if away else 'can send'}.")
        cure = Said(
            "Xem SIM, tiền trong SIM, ăng-ten, cổng USB.", "Look at its SIM, its balance, its antenna, its USB."
        )
        mark = Mark.BAD if away else Mark.WARN if faint else Mark.OK
        yield marked(f"modem/{row['modem']}", mark, said, cure)


def _uplink(state: State) -> Iterator[Finding]:
    told = state.get("uplink") or {"state": "off", "detail": ""}
    words = {"up": "thông", "down": "đứt", "off": "không dùng"}
    said = Said(
        f"Đường lên tỉnh: {words.get(told['state'], told['state'])} {told['detail']}".strip() + ".",
        f"The line to the province: {told['state']}.",
    )
    cure = Said("Xem `molang sync status`, dây mạng và SIM dữ liệu.", "Look at `molang sync status`, cable, data SIM.")
    yield marked("uplink", Mark.WARN if told["state"] == "down" else Mark.OK, said, cure)


def _mains(state: State) -> Iterator[Finding]:
    told = state.get("power")
    if told is None:
        yield fine("mains", "Không khai báo bộ lưu điện.", "No UPS is configured.")
        return
    left = "" if told["minutes_left"] is None else f", còn khoảng {told['minutes_left']:.0f} phút"
    unknown = told["silent"] or told["mains"] is None
    vi = "Bộ lưu điện không trả lời" if unknown else "Có điện lưới" if told["mains"] else f"Mất điện lưới{left}"
    en = "The UPS does not answer" if unknown else "Mains are there" if told["mains"] else "Mains are out"
    cure = Said("Xem điện lưới, dây USB của bộ lưu điện, `upsc`.", "Look at the mains, the UPS' cable, `upsc`.")
    mark = Mark.BAD if told["low"] else Mark.OK if told["mains"] and not unknown else Mark.WARN
    yield marked("mains", mark, Said(f"{vi}.", f"{en}."), cure)


_PARTS: Mapping[str, Callable[[State], Iterator[Finding]]] = {
    "service": _services,
    "camera": _cameras,
    "node": _nodes,
    "modem": _modems,
    "uplink": _uplink,
    "mains": _mains,
}
LINES: Mapping[str, Check] = dict.fromkeys(("supervisor", *_PARTS), live)

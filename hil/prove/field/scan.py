"""Line ``scan``: what answers on a running box, seen from another machine for sixty seconds.

The box lives in a network of its own, so that nothing else of this machine answers in its name. Open may be only what
edge.config.ports names (the table of docs/design/security.md). Then a stranger without anything knocks at MQTT, clips,
pages and the control socket: nobody lets him in, and each door has counted him.
"""

import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from edge.config import load
from edge.config.ports import SSH, tcp_ports
from edge.core.policy.refusals import TELL_S
from hil import place
from hil.broker import BrokerSetup, write_broker
from hil.commune import Commune
from hil.harness import ROOT
from hil.lan import Lan
from hil.links import Figure, Link

SCAN_S = 60.0
WHOLE_S = 600.0
_AS_NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
_PAST_THE_FOLDER = ("--inh-caps=+dac_override", "--ambient-caps=+dac_override")
"""As one whom a slip of the folders' rights lets as far as the socket itself."""
_SHUT, _HUNG_UP = 3, 4
_ASK = """
import socket, sys
line = socket.socket(socket.AF_UNIX)
try:
    line.connect(sys.argv[1])
except PermissionError:
    sys.exit(3)
try:
    line.sendall(b"\\0\\0\\0\\2{}")
    sys.exit(0 if line.recv(64) else 4)
except OSError:
    sys.exit(4)
"""
SOCKET_TRIES = 5


class OpenCommune(Commune):
    """The commune whose broker and clips' door answer the commune's network, as on a real box."""

    def _write(self) -> None:
        super()._write()
        text = self.layout.config.read_text("utf-8")
        self.layout.config.write_text(text.replace("[media]\n", '[media]\nhost = "0.0.0.0"\n'), "utf-8")

    def _broker_command(self) -> list[str]:
        assert self.lan is not None, "a scan comes from another machine"
        setup = BrokerSetup(
            commune=place.COMMUNE,
            port=self.ports.broker,
            ca=self._authority.ca,
            identity=self._authority.issue(place.BROKER),
            box=place.BOX,
            node_hamlets={horn.id: (horn.hamlet,) for horn in self._relays()},
            addresses=("127.0.0.1", self.lan.box),
        )
        return write_broker(self.layout.root / "broker", setup)


def scan(seconds: float = SCAN_S) -> Link:
    """The whole of it, in a network of its own."""
    if why := Lan.why_not():
        return Link("scan", False, {}, why)
    inside = [sys.executable, "-m", "hil.prove.field.scan", str(seconds)]
    command = ["unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh", *inside]
    done = subprocess.run(command, capture_output=True, text=True, timeout=WHOLE_S, check=False, cwd=ROOT)
    if done.returncode:
        return Link("scan", False, {}, done.stderr.strip()[-500:])
    return judged(json.loads(done.stdout.splitlines()[-1]))


def judged(told: Mapping[str, Any]) -> Link:
    """Only what is expected is open; nobody was let in; every door counted at least what was tried."""
    figures: dict[str, Figure] = {
        "tcp_open": ",".join(map(str, told["tcp"])),
        "tcp_expected": ",".join(map(str, told["expected"])),
        "udp_open": ",".join(map(str, told["udp"])),
        "scan_s": told["took_s"],
        "rounds_of_65535": told["rounds"],
        **{f"{door}_tried": count for door, count in told["tried"].items()},
        **{f"{door}_let_in": count for door, count in told["let_in"].items()},
        **{f"{door}_counted": count for door, count in told["counted"].items()},
    }
    only = told["tcp"] == told["expected"] and not told["udp"]
    shut = not any(told["let_in"].values()) and all(told["tried"].values())
    counted = all(told["counted"].get(door, 0) >= count for door, count in told["tried"].items() if door != "media")
    return Link("scan", only and shut and counted, figures)


def observe(seconds: float, folder: Path) -> dict[str, Any]:
    """Start a commune, try everything, scan it, and try once more so that each door writes its count."""
    with Lan(folder / "lan") as lan, OpenCommune(folder / "xa", (), web_port=0, live_port=0, lan=lan) as commune:
        commune.wait_for_horns()
        config = load(commune.layout.config)
        doors = [lan.box, lan.name, str(config.broker.port), str(config.media.port)]
        began = time.monotonic()
        first, sockets = _json(lan, "stranger", *doors), _knock_at_socket(commune.control_socket)
        found = _json(lan, "scanner", lan.box, str(seconds))
        time.sleep(max(0.0, TELL_S + 1 - (time.monotonic() - began)))
        last, again = _json(lan, "stranger", *doors), _knock_at_socket(commune.control_socket)
        tried = {door: first["tried"][door] + 1 for door in first["tried"]}
        tried["socket"] = sockets["refused"] + 1
        entered = {door: first["let_in"][door] + last["let_in"][door] for door in first["let_in"]}
        entered["socket"] = sockets["let_in"] + again["let_in"]
        counted = _counted(commune.layout.logs)
        expected = sorted(tcp_ports(config).keys() - {SSH})  # this machine of the bench runs no sshd
        return {**found, "expected": expected, "tried": tried, "let_in": entered, "counted": counted}


def _json(lan: Lan, module: str, *words: str) -> dict[str, Any]:
    command = lan.inside([sys.executable, "-m", f"hil.prove.field.{module}", *words])
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True, cwd=ROOT)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _knock_at_socket(path: Path) -> dict[str, int]:
    """As another user of the box: at the folder, and past it."""
    shut = _asked(path) == _SHUT
    told = [_asked(path, *_PAST_THE_FOLDER) for _ in range(SOCKET_TRIES)]
    refused = sum(code == _HUNG_UP for code in told)
    return {"refused": refused, "let_in": SOCKET_TRIES - refused + (not shut)}


def _asked(path: Path, *rights: str) -> int:
    command = [*_AS_NOBODY, *rights, "/usr/bin/python3", "-c", _ASK, str(path)]
    return subprocess.run(command, check=False, timeout=20).returncode


def _counted(logs: Path) -> dict[str, int]:
    """What each door says of those it turned away: mosquitto a line each, ours the newest sum."""
    broker = _text(logs, "broker")
    lines = re.findall(r"OpenSSL Error\[0\]", broker)
    return {
        "mqtt": len(lines),
        "http": _newest(_text(logs, "web"), "web.refusals"),
        "socket": _newest(_text(logs, "molang"), "control socket"),
    }


def _text(logs: Path, name: str) -> str:
    return (logs / f"{name}.log").read_text(errors="replace")


def _newest(log: str, door: str) -> int:
    found = re.findall(rf"{re.escape(door)}: refused so far (\d+):", log)
    return int(found[-1]) if found else 0


def main() -> None:
    """In the box's own network: observe, and print what was seen."""
    with tempfile.TemporaryDirectory(prefix="molang-") as name:
        told = observe(float(sys.argv[1]), Path(name))
    print(json.dumps(told))  # noqa: T201 - what the other process reads


if __name__ == "__main__":
    main()

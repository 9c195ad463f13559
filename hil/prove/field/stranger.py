"""What somebody without a certificate, a log-in or a right tries; a process of its own on the stranger's machine.

``python -m hil.prove.field.stranger ADDRESS NAME MQTT MEDIA`` prints ``{"tried": {...}, "let_in": {...}}``.
"""

import http.client
import json
import socket
import ssl
import sys
from collections.abc import Callable, Mapping
from functools import partial

CONNECT = b"\x10\x12\x00\x04MQTT\x04\x02\x00\x3c\x00\x06anon-1"
"""MQTT 3.1.1 CONNECT, clean session, no user, client id ``anon-1``."""
ACCEPTED = b"\x20\x02"
PAGES = ("/panel", "/wall", "/incidents", "/settings", "/audit", "/reports", "/airlog.csv", "/upkeep", "/api/settings")
POSTS = ("/api/audit/verify", "/api/settings/apply", "/api/river/readings", "/api/flood/drill")
DEADLINE_S = 5.0


def mqtt_plain(address: str, port: int) -> bool:
    """Without TLS: whether the broker lets a client in."""
    with socket.create_connection((address, port), DEADLINE_S) as line:
        return _greeted(line)


def mqtt_bare(address: str, port: int) -> bool:
    """By TLS without a certificate of one's own."""
    with socket.create_connection((address, port), DEADLINE_S) as line, _anybody().wrap_socket(line) as sealed:
        return _greeted(sealed)


def _greeted(line: socket.socket) -> bool:
    line.sendall(CONNECT)
    return line.recv(4).startswith(ACCEPTED)


def media(address: str, port: int) -> bool:
    """A clip of the horns without a certificate."""
    with socket.create_connection((address, port), DEADLINE_S) as line, _anybody().wrap_socket(line) as sealed:
        sealed.sendall(b"GET /media/" + b"0" * 64 + b".ogg HTTP/1.0\r\n\r\n")
        return bool(sealed.recv(64))


def page(address: str, name: str, method: str, path: str) -> bool:
    """Whether a page or a deed is given to nobody: anything but a refusal or the way to the log-in."""
    context = _anybody()
    with socket.create_connection((address, 443), DEADLINE_S) as line:
        asked = http.client.HTTPConnection(name)
        asked.sock = context.wrap_socket(line, server_hostname=name)
        asked.request(method, path, body=b"{}" if method == "POST" else None, headers={"Host": name})
        answer = asked.getresponse()
        away = answer.status in {302, 303} and (answer.getheader("Location") or "").startswith("/login")
        return answer.status < 400 and not away


def _anybody() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def tries(address: str, name: str, mqtt: int, clips: int) -> Mapping[str, list[Callable[[], bool]]]:
    """What he tries, by the door."""
    asked = [("GET", path) for path in PAGES] + [("POST", path) for path in POSTS]
    return {
        "mqtt": [*(lambda: mqtt_plain(address, mqtt),) * 5, *(lambda: mqtt_bare(address, mqtt),) * 5],
        "media": [lambda: media(address, clips)] * 5,
        "http": [partial(page, address, name, method, path) for method, path in asked],
    }


def let_in(attempt: Callable[[], bool]) -> bool:
    """Whether it worked; a line that is shut in his face is a refusal."""
    try:
        return attempt()
    except (OSError, http.client.HTTPException):
        return False


def main() -> None:
    """See the module."""
    address, name, mqtt, clips = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    plan = tries(address, name, mqtt, clips)
    inside = {door: sum(map(let_in, attempts)) for door, attempts in plan.items()}
    told = {"tried": {door: len(attempts) for door, attempts in plan.items()}, "let_in": inside}
    print(json.dumps(told))  # noqa: T201 - what the other process reads


if __name__ == "__main__":
    main()

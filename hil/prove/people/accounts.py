"""Line ``accounts``: only whoever logged in is somebody, and nobody is logged out by a server that died."""

import random
import secrets
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import msgspec

from edge.control.client import call
from edge.control.protocol import AnyRequest, Done
from edge.core.errors import MolangError
from edge.core.policy.rights import ON_THE_CONSOLE, OPEN, Role
from hil.commune import Commune
from hil.links import Figure, Link
from hil.panel import PanelError, PanelPerson

FORGED = 10_000
LOG_INS = 5
"""Of each role: fewer than the sessions that an account may have."""
MOST_LOG_IN_S = 1.0
BACK_S = 20.0
LOOK_S = 0.2
UUID = "0c7a3f52-4ce1-4d6c-9d7b-1f4f0e7c2a11"
KINDS = tuple(kind for kind in get_args(AnyRequest) if kind.__name__ not in ON_THE_CONSOLE | OPEN)
"""What needs a person. What the command line may do without one is another list, and speaks through no horn."""
_VALUES: dict[str, object] = {
    "id": UUID, "press": UUID, "incident": "1-1", "camera": "cam-cong", "hamlets": ["all"], "hamlet": "dong",
    "text": "Lời chưa ai duyệt.", "priority": "khan_cap", "seal": "a" * 64, "since_ms": 1, "until_ms": 2, "why": "xem",
    "reason": "xem", "comment": "sửa", "minutes": 5, "horn": "loa-dong", "offer": "v=0", "template": "lu", "values": {},
}  # fmt: skip


def accounts(forged: int = FORGED) -> Link:
    """A whole commune: everybody comes in, thousands claim to, both servers die."""
    with tempfile.TemporaryDirectory(prefix="mo-accounts-") as name, Commune(Path(name) / "xa", ()) as commune:
        base = f"http://127.0.0.1:{commune.ports.web}"
        people, took_s = _everybody(commune, base)
        accepted, answered = claimed(commune.control_socket, forged)
        commune.harness.kill("molang")
        commune.harness.kill("web")
        gone, back_s = _logged_out(people)
    figures: dict[str, Figure] = {
        "accounts_logged_in": len(people), "log_in_p95_s": round(statistics.quantiles(took_s, n=20)[-1], 3),
        "forged_requests": answered, "forged_accepted": accepted, "logged_out_by_a_kill": gone,
        "people_back_s": round(back_s, 1),
    }  # fmt: skip
    fast = float(figures["log_in_p95_s"] or 0) <= MOST_LOG_IN_S
    return Link("accounts", bool(people) and answered == forged and not accepted and not gone and fast, figures)


def claimed(control: Path, count: int, seed: int = 7) -> tuple[int, int]:
    """So many requests under names that nobody logged in with: how many were done, and how many were answered."""
    accepted = answered = 0
    for request in _claims(random.Random(seed), count):
        answered += 1
        accepted += isinstance(call(control, request), Done)
    return accepted, answered


def _claims(chance: random.Random, count: int) -> Iterator[AnyRequest]:
    """Every kind of request in turn, by every role, without a session or with one that was made up."""
    people = [role.value for role in Role if role is not Role.WALL]
    for number in range(count):
        session = "" if chance.random() < 0.5 else secrets.token_urlsafe(32)
        who = {"user": "Anh An", "role": chance.choice(people), "session": session}
        yield _filled(KINDS[number % len(KINDS)], who)


def _filled(kind: type, who: dict[str, str]) -> AnyRequest:
    """One of this kind, its fields as a page would fill them, as far as that can be done without knowing the kind."""
    needed = [field.name for field in msgspec.structs.fields(kind) if field.required and field.name not in who]
    request: AnyRequest = kind(**{name: _VALUES.get(name, UUID) for name in needed}, **who)
    return request


def _everybody(commune: Commune, base: str) -> tuple[dict[str, PanelPerson], list[float]]:
    """All who have a panel, each some times over: the official's page is the phone's."""
    people, took_s = {}, []
    for number in range(LOG_INS):
        for role, password in commune.access.passwords.items():
            if role != Role.OFFICIAL:
                began = time.monotonic()
                people[f"{role}-{number}"] = PanelPerson(base, role, password)
                took_s.append(time.monotonic() - began)
    return people, took_s


def _logged_out(people: dict[str, PanelPerson]) -> tuple[int, float]:
    """How many are not let in again without a password, and the seconds until the last one is."""
    began, left = time.monotonic(), dict(people)
    while left and time.monotonic() - began < BACK_S:
        left = {role: person for role, person in left.items() if not _is_in(person)}
        time.sleep(LOOK_S if left else 0)
    return len(left), time.monotonic() - began


def _is_in(person: PanelPerson) -> bool:
    try:
        return bool(person.state())
    except (PanelError, MolangError, OSError):
        return False

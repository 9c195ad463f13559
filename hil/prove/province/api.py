"""Link ``hub_api``: Schemathesis asks every door of the real hub what its own OpenAPI document promises.

Each operation is first asked once by every kind of visitor, and then by those who may; all requests count. Half of them
name things that exist (the box's own source, an upload, a file), since a random hash only ever shows the refusal.
"""

import gzip
import hashlib
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Err
from schemathesis.specs.openapi import checks as openapi_checks

from edge.hub.enrolment.authority import COMMAND_KEY
from edge.kernel.statement import StatementKey
from edge.kernel.wire.event import BATCH_PATH, BATCH_TYPE
from edge.kernel.wire.upload import BODY_TYPE, UPLOADS_PATH, VERSION, encode_metadata
from hil.bench import uplink_box
from hil.links import Figure, Link
from hil.pki import Authority
from hil.postgres import running_postgres
from hil.prove.province.hub_farm import running_farm

EXAMPLES = 40
LEAST_SUCCESS = 0.30
BOX, SOURCE = "box-dong-son-1", "/xa/dong-son/box/1"
VISITORS = (BOX, "province", "commander-lan", "province-stations")
TIMEOUT_S = 20.0
FORBIDDEN = 403
_FILE = b"\xff\xd8\xff\xe0 a still \xff\xd9"
_SEED = 5
_CHECKS = (
    not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_schema_conformance,
)


@dataclass(slots=True)
class Told:
    """Answers by their status, and what did not fit the document."""

    statuses: Counter[int] = field(default_factory=Counter)
    by_operation: dict[str, Counter[int]] = field(default_factory=dict)
    off_document: list[str] = field(default_factory=list)
    last: int = 0

    @property
    def requests(self) -> int:
        """All that were answered."""
        return self.statuses.total()

    @property
    def success(self) -> float:
        """The share of 2xx."""
        return self.of(2) / max(1, self.requests)

    def of(self, hundred: int) -> int:
        """How many answers of 2xx, 4xx, 5xx."""
        return sum(n for status, n in self.statuses.items() if status // 100 == hundred)


def hub_api(examples: int = EXAMPLES) -> Link:
    """No 5xx, nothing that the document does not name, and at least three of ten requests come through."""
    told = Told()
    with _served() as (url, authority):
        sessions = {name: _session(authority, name) for name in VISITORS}
        things = _things(url, sessions[BOX])
        _ask_everything(url, sessions, things, examples, told)
    never = [name for name, statuses in told.by_operation.items() if not any(s // 100 == 2 for s in statuses)]
    ok = not told.of(5) and not told.off_document and told.success >= LEAST_SUCCESS
    figures: dict[str, Figure] = {
        "hub_api_requests": told.requests,
        "hub_api_operations": len(told.by_operation),
        "hub_api_5xx": told.of(5),
        "hub_api_success": round(told.success, 3),
        "hub_api_off_document": len(told.off_document),
        "hub_api_never_granted": ", ".join(sorted(never)),
    }
    return Link("hub_api", ok, figures, "; ".join(told.off_document[:3])[:500])


@contextmanager
def _served() -> Iterator[tuple[str, Authority]]:
    with running_postgres() as cluster, tempfile.TemporaryDirectory() as folder:
        authority, pki = Authority(Path(folder) / "pki"), Path(folder) / "pki"
        StatementKey.load_or_make(pki / COMMAND_KEY)
        with running_farm(Path(folder), authority, cluster.make_database("api"), 1, ("--authority", pki)) as farm:
            yield farm.url, authority


def _session(authority: Authority, name: str) -> requests.Session:
    identity = authority.issue(name)
    session = requests.Session()
    session.trust_env = False  # this machine's own authorities are not ours
    session.verify, session.cert = str(authority.ca), (str(identity.cert), str(identity.key))
    return session


def _things(url: str, box: requests.Session) -> Mapping[str, str]:
    """Values of parameters that lead somewhere; one event, one file and one upload on the way are there."""
    events = [_event(number) for number in range(3)]
    head = {"Content-Type": BATCH_TYPE, "Content-Encoding": "gzip"}
    box.post(url + BATCH_PATH, _packed(events), headers=head, timeout=TIMEOUT_S).raise_for_status()
    upload = box.post(url + UPLOADS_PATH, headers=_creation(b"x" * 1000), timeout=TIMEOUT_S)
    upload.raise_for_status()
    whole = box.post(
        url + UPLOADS_PATH, _FILE, headers=_creation(_FILE) | {"Content-Type": BODY_TYPE}, timeout=TIMEOUT_S
    )
    whole.raise_for_status()
    return {
        "source": SOURCE,
        "commune": "dong-son",
        "name": "province.css",
        "upload": upload.headers["Location"].rpartition("/")[2],
        "sha256": hashlib.sha256(_FILE).hexdigest(),
        **{name: value for name, value in _creation(b"y" * 1000).items() if name != "Tus-Resumable"},
    }


def _ask_everything(
    url: str, sessions: Mapping[str, requests.Session], things: Mapping[str, str], examples: int, told: Told
) -> None:
    document = sessions[BOX].get(f"{url}/v1/openapi.json", timeout=TIMEOUT_S).json()
    for found in schemathesis.openapi.from_dict(document).get_all_operations():
        if isinstance(found, Err):
            raise found.err()
        operation, may = found.ok(), []
        for session in sessions.values():
            _asking(operation, 1, partial(_ask, url=url, session=session, things=things, told=told))()
            if told.last != FORBIDDEN:
                may.append(session)
        for session in may:
            _asking(operation, examples, partial(_ask, url=url, session=session, things=things, told=told))()


_numbers = count()


def _asking(operation: Any, examples: int, ask: Callable[[Any], None]) -> Callable[[], None]:
    wanted = settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    found: Callable[[], None] = seed(_SEED)(wanted(given(case=operation.as_strategy())(lambda case: ask(case))))
    return found


def _ask(case: Any, url: str, session: requests.Session, things: Mapping[str, str], told: Told) -> None:
    if next(_numbers) % 2:
        _name_things(case, things)
    if any(one.name == "wait" for one in case.operation.query):
        case.query = {**(case.query or {}), "wait": 0}  # a long poll would wait for a command all its time
    ours: dict[str, Any] = {"verify": session.verify, "cert": session.cert}
    if case.media_type == BATCH_TYPE:  # it would be sent as plain JSON
        ours |= {"data": _packed(case.body), "headers": {"Content-Type": BATCH_TYPE}}
    answer = case.call(base_url=url, session=session, timeout=TIMEOUT_S, allow_redirects=False, **ours)
    label = f"{case.method} {case.path}"
    told.last = answer.status_code
    told.statuses[told.last] += 1
    told.by_operation.setdefault(label, Counter())[answer.status_code] += 1
    try:
        case.validate_response(answer, checks=list(_CHECKS))
    except FailureGroup as group:
        told.off_document += [f"{label} {answer.status_code}: {one.title}" for one in group.exceptions]


def _name_things(case: Any, things: Mapping[str, str]) -> None:
    for place in (case.path_parameters, case.query, case.headers):
        for name in set(place or ()) & set(things):
            place[name] = things[name]
    if case.media_type == BATCH_TYPE and isinstance(case.body, list):
        case.body = [one | {"source": SOURCE} if isinstance(one, dict) else one for one in case.body]


def _event(number: int) -> dict[str, Any]:
    it = uplink_box.event(number)
    return {
        "specversion": "1.0", "id": it.id, "source": SOURCE, "type": f"vn.molang.{it.type}.v1", "subject": it.subject,
        "time": "2026-11-22T06:21:58Z", "datacontenttype": "application/json", "data": it.data, "seq": number + 1,
        "lane": it.lane, "bootid": 1, "clockstate": "synced",
    }  # fmt: skip


def _creation(data: bytes) -> dict[str, str]:
    digest = hashlib.sha256(data).hexdigest()
    named = {"event": "7-1", "sha256": digest, "kind": "still", "subject": "7-1"}
    return {"Tus-Resumable": VERSION, "Upload-Length": str(len(data)), "Upload-Metadata": encode_metadata(named)}


def _packed(value: Any) -> bytes:
    return gzip.compress(json.dumps(value).encode())


@schemathesis.serializer(BODY_TYPE)
def _plain_body(_: schemathesis.SerializationContext, value: Any) -> Any:
    return value if isinstance(value, bytes) else str(value).encode()

"""An event of the record as a message of NATS: a CloudEvent in JSON, structured mode. Pure."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import msgspec

from edge.kernel.wire.event import BATCH_PATH

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_HEADERS_BYTES = 1_024
"""Room for the headers below the server's largest message."""
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Message:
    """What is published. ``headers`` carry the id by which JetStream knows a message that came before."""

    arrival: int
    subject: str
    headers: dict[str, str]
    event: dict[str, Any]
    data: str

    def body(self, most_bytes: int) -> bytes:
        """The event; data that do not fit a message stay in the record, and ``dataref`` tells where (CloudEvents)."""
        whole = _encode(self.event | {"data": msgspec.Raw(self.data.encode())})
        if len(whole) + _HEADERS_BYTES <= most_bytes:
            return whole
        return _encode(self.event | {"dataref": f"{BATCH_PATH}?after={self.arrival - 1}&limit=1"})


def message_of(row: Mapping[str, Any]) -> Message:
    """A row of the table ``event``."""
    _, _, commune, _, number = row["source"].split("/")
    _, _, thing, verb, _ = row["type"].split(".")
    event = {
        "specversion": "1.0",
        "id": row["id"],
        "source": row["source"],
        "type": row["type"],
        "subject": row["subject"],
        "time": _EPOCH + dt.timedelta(milliseconds=row["at_ms"]),
        "datacontenttype": "application/json",
        "seq": row["seq"],
        "lane": row["lane"],
        "bootid": row["boot"],
        "clockstate": row["clock"],
        "arrival": row["arrival"],
    }
    # Quoted: an id may hold any character, a header none of them that ends a line.
    headers = {
        "Nats-Msg-Id": f"{row['source']}/{quote(row['id'], safe='')}",
        "Content-Type": "application/cloudevents+json",
    }
    return Message(row["arrival"], f"molang.{commune}.{number}.{thing}.{verb}", headers, event, row["data"])

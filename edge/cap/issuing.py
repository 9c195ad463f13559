"""Warnings of the commune itself, for other systems: floods of its gauges, and khẩn cấp notices that went on air."""

import asyncio
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from edge.core.cap import (
    BAO_DONG,
    HAMLET,
    SEVERITY_OF_LEVEL,
    Area,
    Cap,
    CapSeverity,
    Info,
    MsgType,
    Reference,
    Status,
)
from edge.core.cap_xml import write_cap
from edge.core.place import EVERYWHERE
from edge.kernel.disk import write_atomically
from edge.kernel.keep_running import run_apart
from edge.kernel.statement import StatementKey
from edge.store.cap import Flood, Issued, keep_issued, note_written, untold_bulletins, untold_floods, unwritten
from edge.store.journal import Journal, Tx

log = logging.getLogger(__name__)

LOOK_S = 2.0
LOOK_BACK_MS = 24 * 3_600_000
"""What is older is no warning any more."""
FLOOD_LASTS_MS = 24 * 3_600_000
"""Called off when the river falls; until then nobody needs to ask."""
NOTICE_LASTS_MS = 3 * 3_600_000
_BAO_DONG = re.compile(r"BÁO ĐỘNG ([123])")
LEVEL_OF = {"moderate": 1, "severe": 2, "extreme": 3}


@dataclass(frozen=True, slots=True)
class Sender:
    """Who signs our warnings: commune and box, its hamlets by id, those of each gauge. ``real``: no demo."""

    commune: str
    name: str
    box: int
    hamlets: Mapping[str, str]
    of_gauge: Mapping[str, tuple[str, ...]]
    real: bool

    @property
    def address(self) -> str:
        """As CAP names a sender."""
        return f"xa-{self.commune}.hop-{self.box}@molang"


class Issuing:
    """Looks every two seconds what is not told yet; what was told is stored before its file is written."""

    def __init__(self, sender: Sender, key: StatementKey, folder: Path, journal: Journal) -> None:
        self._sender = sender
        self._key = key
        self._folder = folder
        self._journal = journal
        folder.mkdir(parents=True, exist_ok=True)

    async def run(self) -> None:
        """Issue until cancelled."""
        while True:
            await self._journal.record_surely(self._issue)
            await run_apart("CAP files", self._write)
            await asyncio.sleep(LOOK_S)

    def _issue(self, tx: Tx) -> None:
        since_ms, now_ms = tx.now.at_ms - LOOK_BACK_MS, tx.now.at_ms
        for flood in untold_floods(tx, since_ms):
            tell = called_off if flood.closed else flood_alert
            _keep(tx, tell(flood, self._sender, now_ms), flood.id)
        for name, text, hamlets in untold_bulletins(tx, since_ms):
            _keep(tx, notice(name, text, hamlets, self._sender, now_ms), name)

    async def _write(self) -> None:
        for identifier, xml in await self._journal.record(unwritten):
            await asyncio.to_thread(self._put, f"{identifier}.xml", xml.encode())
            await self._journal.record(partial(note_written, identifier=identifier))
            log.info("CAP %s issued", identifier)

    def _put(self, name: str, data: bytes) -> None:
        """The signature first: whoever sees the file finds it."""
        for path, content in ((f"{name}.sig", self._key.sign_bytes(data).encode()), (name, data)):
            write_atomically(self._folder / path, content)


def flood_alert(flood: Flood, sender: Sender, now_ms: int) -> Cap:
    """A báo động that began, or another incident of the water: a release, rain, a level that is expected."""
    level = _level(flood)
    gauge = flood.subject.split("/")[1] if flood.subject.startswith("gauge/") else ""
    info = Info(
        event=f"Báo động {level}" if gauge else flood.title.partition(":")[0].capitalize(),
        severity=SEVERITY_OF_LEVEL[level],
        categories=("Met", "Safety"),
        urgency="Immediate",
        certainty="Observed" if gauge else "Likely",
        responses=("Prepare",) if level == 1 else ("Evacuate",),
        onset_ms=flood.began_at_ms,
        expires_ms=now_ms + FLOOD_LASTS_MS,
        sender_name=sender.name,
        headline=flood.title,
        parameters=((BAO_DONG, str(level)),) if gauge else (),
        areas=(_area(sender, sender.of_gauge.get(gauge, (EVERYWHERE,))),),
    )
    return _cap(f"{flood.id}", MsgType.ALERT, sender, now_ms, (info,))


def _level(flood: Flood) -> int:
    """The báo động that its title names: a commune may call it graver than its number."""
    found = _BAO_DONG.search(flood.title)
    return int(found[1]) if found else LEVEL_OF.get(flood.severity, 1)


def called_off(flood: Flood, sender: Sender, now_ms: int) -> Cap:
    """The same, over."""
    assert flood.alert is not None and flood.alert_sent_ms is not None, "only what was told is called off"  # noqa: PT018
    cap = _cap(f"{flood.id}-huy", MsgType.CANCEL, sender, now_ms, ())
    reference = Reference(sender.address, flood.alert, flood.alert_sent_ms)
    return replace(cap, note="Cảnh báo này không còn hiệu lực.", references=(reference,))


def notice(name: str, text: str, hamlets: tuple[str, ...], sender: Sender, now_ms: int) -> Cap:
    """A khẩn cấp notice of people that went on air."""
    info = Info(
        event="Thông báo khẩn cấp",
        severity=CapSeverity.SEVERE,
        urgency="Immediate",
        certainty="Observed",
        expires_ms=now_ms + NOTICE_LASTS_MS,
        sender_name=sender.name,
        headline=text.split(".")[0][:160],
        description=text,
        areas=(_area(sender, hamlets),),
    )
    return _cap(name, MsgType.ALERT, sender, now_ms, (info,))


def _cap(about: str, kind: MsgType, sender: Sender, now_ms: int, infos: tuple[Info, ...]) -> Cap:
    """Its time has whole seconds: that is all that CAP can write."""
    status = Status.ACTUAL if sender.real else Status.TEST
    identifier = f"molang-{sender.commune}-{sender.box}-{about}"
    return Cap(identifier, sender.address, now_ms // 1000 * 1000, status, kind, infos=infos)


def _area(sender: Sender, hamlets: tuple[str, ...]) -> Area:
    meant = tuple(sender.hamlets) if EVERYWHERE in hamlets else hamlets
    desc = sender.name if EVERYWHERE in hamlets else ", ".join(sender.hamlets.get(name, name) for name in meant)
    return Area(desc, geocodes=tuple((HAMLET, name) for name in meant))


def _keep(tx: Tx, cap: Cap, about: str) -> None:
    keep_issued(tx, Issued(cap.identifier, about, cap.msg_type, cap.sent_ms, write_cap(cap).decode()))

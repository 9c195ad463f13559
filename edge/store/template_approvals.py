"""Rows of templates as a leader heard and approved them: which clips, under which seal."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from edge.core.speech import Sha256
from edge.store.bulletins import get_clip
from edge.store.journal import Tx
from edge.store.templates import FixedClip


@dataclass(frozen=True, slots=True)
class Approval:
    """Who approved the fixed words of a template, and what of it was shown to him."""

    template: str
    seal: str
    parts: tuple[FixedClip, ...]
    approver: str
    at_ms: int

    @property
    def clips(self) -> list[Sha256]:
        """Names of its files in their order."""
        return [part.clip.sha256 for part in self.parts]


def keep_approval(tx: Tx, template: str, seal: str, parts: Sequence[FixedClip], approver: str) -> None:
    """It may be aired with these clips; an older approval is replaced."""
    tx.run(
        "INSERT OR REPLACE INTO template_approval (template, seal, parts, approver, at_ms) VALUES (?, ?, ?, ?, ?)",
        template,
        seal,
        json.dumps([(part.spoken, part.clip.sha256, part.voice, part.model_sha256) for part in parts]),
        approver,
        tx.now.at_ms,
    )


def approvals(tx: Tx) -> Mapping[str, Approval]:
    """All of them by template."""
    rows = tx.run("SELECT template, seal, parts, approver, at_ms FROM template_approval").fetchall()
    return {row[0]: Approval(row[0], row[1], _parts(tx, row[2]), row[3], row[4]) for row in rows}


def void_approval(tx: Tx, template: str) -> bool:
    """It must be heard and approved again; False when it was not approved anyway."""
    return bool(tx.run("DELETE FROM template_approval WHERE template = ?", template).rowcount)


def _parts(tx: Tx, kept: str) -> tuple[FixedClip, ...]:
    rows = json.loads(kept)
    return tuple(FixedClip(spoken, get_clip(tx, clip), voice, Sha256(model)) for spoken, clip, voice, model in rows)

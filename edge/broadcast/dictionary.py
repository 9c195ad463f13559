"""The operator's abbreviations in the running station: kept in the store, held in memory for the reader.

Templates of the configuration must be readable without them (edge/config/spoken.py): an alarm depends on no entry.
"""

import asyncio
from typing import Any

from edge.broadcast.spoken_reply import spoken_reply
from edge.control.protocol import RemoveAbbreviation, SetAbbreviation, TryAbbreviation
from edge.core.errors import FinalError
from edge.core.normalise_vi import (
    NO_ABBREVIATIONS,
    Abbreviation,
    Abbreviations,
    Accent,
    Scope,
    SpokenText,
    normalise,
    problem,
    tidied,
    version_with,
)
from edge.core.normalise_vi.abbreviations import ABBREVIATIONS, COMPOUNDS
from edge.store.abbreviations import AbbreviationRow, all_abbreviations, put_abbreviation, remove_abbreviation
from edge.store.journal import Journal, Tx


class Dictionary:
    """Reads texts with the operator's table, and changes it."""

    def __init__(self, journal: Journal, accent: Accent) -> None:
        self._journal = journal
        self._accent = accent
        self._rows: list[AbbreviationRow] = []
        self._table = NO_ABBREVIATIONS
        self._changing = asyncio.Lock()

    async def load(self) -> None:
        """Take the table from the store; until then texts are read without it, which leaves its tokens unread."""
        async with self._changing:
            self._take(await self._journal.record_surely(all_abbreviations))

    def read(self, text: str) -> SpokenText:
        """How a text is spoken now."""
        return normalise(text, accent=self._accent, abbreviations=self._table)

    @property
    def version_now(self) -> str:
        """The reader's version with the digest of the table as it is."""
        return version_with(self._table)

    def version(self, text: str, spoken: str) -> str:
        """What a recording of these words keeps; "+older" when the table has changed since the text was read."""
        same = self.read(text).spoken == spoken
        return self.version_now if same else f"{version_with(NO_ABBREVIATIONS)}+older"

    def listed(self) -> dict[str, Any]:
        """The table as a page shows it."""
        return {"rows": list(map(_shown, self._rows)), "digest": self._table.digest}

    async def put(self, request: SetAbbreviation) -> None:
        """Add or change an entry; FinalError with a sentence when it cannot be used."""
        entry = _usable(request.written, request.spoken, request.scope)

        def work(tx: Tx) -> list[AbbreviationRow]:
            put_abbreviation(tx, entry, request.user, request.role)
            return all_abbreviations(tx)

        async with self._changing:
            self._take(await self._journal.record(work))

    async def remove(self, request: RemoveAbbreviation) -> None:
        """Take an entry out; FinalError when it is not there."""

        def work(tx: Tx) -> list[AbbreviationRow]:
            remove_abbreviation(tx, request.written, Scope(request.scope), request.user, request.role)
            return all_abbreviations(tx)

        async with self._changing:
            self._take(await self._journal.record(work))

    def tried(self, request: TryAbbreviation) -> dict[str, Any]:
        """A text read as if this entry were in the table, and what it would take the place of."""
        entry = _usable(request.written, request.spoken, request.scope)
        others = [one for one in self._entries() if (one.written, one.scope) != (entry.written, entry.scope)]
        spoken = normalise(request.text, accent=self._accent, abbreviations=Abbreviations.of([*others, entry]))
        return {**spoken_reply(spoken), "ours": ours(entry)}

    def _entries(self) -> list[Abbreviation]:
        return [row.entry for row in self._rows]

    def _take(self, rows: list[AbbreviationRow]) -> None:
        self._rows = rows
        self._table = Abbreviations.of(self._entries())


def ours(entry: Abbreviation) -> str:
    """What the box itself says for these letters, which the entry takes the place of; "" for nothing."""
    return ABBREVIATIONS.get(entry.written) or COMPOUNDS.get(entry.written) or ""


def _shown(row: AbbreviationRow) -> dict[str, Any]:
    entry = row.entry
    said = {"written": entry.written, "spoken": entry.spoken, "scope": str(entry.scope), "ours": ours(entry)}
    return {**said, "by_user": row.by_user, "changed_at_ms": row.changed_at_ms}


def _usable(written: str, spoken: str, scope: str) -> Abbreviation:
    entry = tidied(Abbreviation(written, spoken, Scope(scope)))
    if sentence := problem(entry):
        raise FinalError(sentence)
    return entry

"""The operator's abbreviations on paper: the real rules and the real reader, a list instead of a store."""

from typing import Any

from edge.broadcast.dictionary import ours
from edge.broadcast.spoken_reply import spoken_reply
from edge.control import protocol
from edge.control.server import Handler
from edge.core.errors import FinalError
from edge.core.normalise_vi import Abbreviation, Abbreviations, Scope, SpokenText, normalise, problem, tidied


class PaperDictionary:
    """Keeps entries by their letters and scope; ``asked`` is every change in order."""

    def __init__(self, asked: list[Any]) -> None:
        self.entries: dict[tuple[str, str], Abbreviation] = {}
        self._asked = asked

    def handlers(self) -> dict[type, Handler]:
        return {
            protocol.ListAbbreviations: self._list,
            protocol.SetAbbreviation: self._set,
            protocol.RemoveAbbreviation: self._remove,
            protocol.TryAbbreviation: self._try,
        }

    def read(self, text: str, *more: Abbreviation) -> SpokenText:
        return normalise(text, abbreviations=Abbreviations.of([*self.entries.values(), *more]))

    async def _list(self, _: Any) -> dict[str, Any]:
        rows = [
            {"written": one.written, "spoken": one.spoken, "scope": str(one.scope), "ours": ours(one), **BY_LAN}
            for one in self.entries.values()
        ]
        return {"rows": rows, "digest": Abbreviations.of(self.entries.values()).digest}

    async def _set(self, wish: protocol.SetAbbreviation) -> dict[str, Any]:
        self._asked.append(wish)
        entry = _usable(wish)
        self.entries[entry.written, entry.scope] = entry
        return await self._list(wish)

    async def _remove(self, wish: protocol.RemoveAbbreviation) -> dict[str, Any]:
        self._asked.append(wish)
        del self.entries[wish.written, wish.scope]
        return await self._list(wish)

    async def _try(self, wish: protocol.TryAbbreviation) -> dict[str, Any]:
        entry = _usable(wish)
        return {**spoken_reply(self.read(wish.text, entry)), "ours": ours(entry)}


BY_LAN = {"by_user": "Lan", "changed_at_ms": 1_790_000_000_000}


def _usable(wish: protocol.SetAbbreviation | protocol.TryAbbreviation) -> Abbreviation:
    entry = tidied(Abbreviation(wish.written, wish.spoken, Scope(wish.scope)))
    if sentence := problem(entry):
        raise FinalError(sentence)
    return entry

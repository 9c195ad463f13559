"""People of the commune decide: what the province proposed, and whose urgent bulletins may sound."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import msgspec

from edge.control.protocol import AcceptKey, DecideProposal, RevokeKey, SetLevels
from edge.core.errors import FinalError
from edge.core.policy.downlink import DECIDES, IN_THE_FILE
from edge.core.policy.rights import ROLE_NAMES, Role
from edge.kernel.signing import key_id_of
from edge.kernel.wire.command import LevelsOffer
from edge.store.journal import Journal, Tx
from edge.store.proposals import Proposal, decide_proposal, get_proposal
from edge.store.urgent_bulletins import AcceptedKey, accept_key, revoke_key
from edge.sync.commands.offers import Settings, stands_in

SetLevelsOf = Callable[[SetLevels], Awaitable[dict[str, Any]]]


class ProvinceDesk:
    """Answers the command line and the pages; each decision is a deed in the log."""

    def __init__(self, settings: Settings, set_levels: SetLevelsOf, journal: Journal) -> None:
        self._settings = settings
        self._set_levels = set_levels
        self._journal = journal

    async def decide(self, request: DecideProposal) -> dict[str, Any]:
        """Accept or refuse; what belongs into the settings file must stand there before it counts as accepted."""
        one = await self._journal.record(partial(get_proposal, name=request.id))
        if Role(request.role) not in DECIDES[one.kind]:
            raise FinalError(f"Vai trò {ROLE_NAMES[Role(request.role)]} không quyết định loại đề nghị này.")
        if one.state != "open":
            raise FinalError("Đề nghị này đã được quyết định rồi.")
        if request.accept:
            await self._do(one, request)
        state = "accepted" if request.accept else "refused"

        def work(tx: Tx) -> None:
            decide_proposal(tx, one.id, state, request.user, request.note)
            tx.deed(request.user, request.role, f"proposal.{state}", f"{one.id} {one.kind}: {one.title}"[:300])

        await self._journal.record(work)
        return {"state": state, "kind": one.kind}

    async def accept_key(self, request: AcceptKey) -> dict[str, Any]:
        """What this key signs is aired without asking from now on."""
        key = AcceptedKey(key_id_of(request.public_hex), request.public_hex, request.name)
        await self._journal.record(partial(accept_key, key=key, user=request.user, role=request.role))
        return {"key_id": key.key_id}

    async def revoke_key(self, request: RevokeKey) -> dict[str, Any]:
        """No more."""
        revoke = partial(revoke_key, key_id=request.key_id, user=request.user, role=request.role)
        await self._journal.record(revoke)
        return {}

    async def _do(self, one: Proposal, request: DecideProposal) -> None:
        if one.kind == "levels":
            await self._set_levels(_levels(one, request))
        elif one.kind in IN_THE_FILE and not stands_in(one, self._settings()):
            raise FinalError("Tệp cấu hình chưa có đề nghị này: hãy dùng `molang sync proposals accept`.")


def _levels(one: Proposal, request: DecideProposal) -> SetLevels:
    offer = msgspec.json.decode(one.body, type=LevelsOffer)
    return SetLevels(
        user=request.user,
        role=request.role,
        station=offer.station,
        bao_dong_m=offer.bao_dong_m,
        datum=offer.datum,
        source=offer.source,
        issued=offer.issued,
    )

"""What people ask of the rules: judge an incident, let a rule rest, try a rule on what moved lately."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from edge.config.cameras import rules_of
from edge.config.drawn import as_toml, drawn_rule
from edge.config.schema import Camera, Config
from edge.core.errors import FinalError
from edge.core.incident import Verdict
from edge.core.passage import Passage
from edge.core.policy.rules.proposal import Case, Proposal, propose
from edge.core.policy.rules.replay import replay
from edge.incidents.desk import IncidentDesk
from edge.store.journal import Journal, Tx
from edge.store.passages import passages_since
from edge.store.stories import judged_before, judged_of
from edge.store.suspensions import ALL_RULES, suspend_rule
from edge.vision.rules import policy_rule

HOUR_MS = 3_600_000
MOST_DRAWN = 400
"""Passages that a page draws on one still."""
Rest = Callable[[str, str, int | None], Awaitable[None]]
"""Let a camera's rule rest until then: (camera, rule, until_ms)."""


class Tuning:
    """Answers people; the rules themselves are changed only in the settings file."""

    def __init__(self, config: Config, desk: IncidentDesk, journal: Journal, rest: Rest) -> None:
        self._cameras: Mapping[str, Camera] = {camera.id: camera for camera in config.camera}
        self._periods_s = {gauge.id: gauge.period_s for gauge in config.gauge}
        self._desk = desk
        self._journal = journal
        self._rest = rest

    async def judge(self, incident: str, verdict: str, user: str, role: str) -> dict[str, Any]:
        """Store what somebody says of an incident; for a false alarm, the change that would have prevented it."""
        if not await self._desk.judge(incident, Verdict(verdict), user, role):
            raise FinalError("Không có sự cố này.")
        proposal = await self._proposal(incident) if verdict == Verdict.FALSE_ALARM else None
        return {"proposal": proposal[0], "toml": proposal[1]} if proposal else {"proposal": "", "toml": ""}

    async def _proposal(self, incident: str) -> tuple[str, str] | None:
        found = await self._journal.record(lambda tx: judged_of(tx, incident))
        camera = self._cameras.get(found[0]) if found else None
        table = next((one for one in rules_of(camera) if found and one.id == found[1]), None) if camera else None
        if found is None or camera is None or table is None:
            return None

        def case(tx: Tx) -> Case:
            before = [judged_before(tx, *found[:2], verdict, incident) for verdict in Verdict]
            return Case(policy_rule(table, self._periods_s), found[2], *before)

        proposal = propose(await self._journal.record(case))
        return f"{table.name}: {proposal.sentence}", _lines(proposal, camera, table.id)

    async def suspend(self, camera: str, rule: str, minutes: int, user: str, role: str) -> dict[str, Any]:
        """Let a rule (or ``all``) of a camera rest for some minutes; 0 ends the rest."""
        self._check(camera, rule)
        until_ms = await self._journal.record(lambda tx: suspend_rule(tx, camera, rule, minutes, user, role))
        await self._rest(camera, rule, until_ms)
        return {"until_ms": until_ms}

    def _check(self, camera: str, rule: str) -> None:
        if camera not in self._cameras:
            raise FinalError(f"Không có camera `{camera}`.")
        if rule != ALL_RULES and rule not in {one.id for one in rules_of(self._cameras[camera])}:
            raise FinalError(f"Camera `{camera}` không có luật `{rule}`.")

    async def try_rule(self, camera: str, table: dict[str, Any], hours: int) -> dict[str, Any]:
        """What a rule would have done with what moved in the last hours. Nothing is kept."""
        self._check(camera, ALL_RULES)
        rule = drawn_rule(table, set(self._periods_s))
        since_ms = self._journal.clock.now().at_ms - hours * HOUR_MS
        passages = await self._journal.record(lambda tx: passages_since(tx, camera, since_ms))
        fired = await asyncio.to_thread(replay, policy_rule(rule, self._periods_s), passages)
        return {
            "fired": [
                {"at_ms": one.at_ms, "until_ms": one.until_ms, "label": one.label, "most": one.most} for one in fired
            ],
            "passages": [_drawn(passage) for passage in passages[-MOST_DRAWN:]],
            "hours": hours,
            "toml": as_toml(rule),
        }


def _drawn(passage: Passage) -> dict[str, Any]:
    path = [[point.after_ms, point.x, point.y, point.height] for point in passage.path]
    return {"label": passage.label, "began_ms": passage.began_ms, "path": path}


def _lines(proposal: Proposal, camera: Camera, rule: str) -> str:
    """A mask belongs to the camera and comes to those that it has; everything else belongs to the rule."""
    if proposal.setting != "mask":
        return f"# camera {camera.id}, luật {rule}:\n{proposal.setting} = {proposal.value}\n"
    masks = [f"[{', '.join(f'[{x}, {y}]' for x, y in mask)}]" for mask in camera.mask]
    return f"# camera {camera.id}:\nmask = [{', '.join([*masks, proposal.value])}]\n"

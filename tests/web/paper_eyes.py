"""What a supervisor answers about incidents, rules and recordings, on paper."""

import hashlib
from collections.abc import Callable
from typing import Any

from edge.control import protocol
from edge.control.server import Handler
from edge.core.errors import FinalError
from tests.web.paper_archive import PaperArchive

DAY_MS = 24 * 3_600_000
AHEAD_MS = 5000
"""As edge.recording.desk has it."""
PROPOSAL = "Vật báo nhầm chỉ cao 9 % của hình: chỉ báo vật cao từ 11 %."


class PaperEyes:
    """Writes to ``archive`` and to ``asked``, every request in order."""

    def __init__(self, archive: PaperArchive, asked: list[Any], now_ms: Callable[[], int]) -> None:
        self.archive = archive
        self._asked = asked
        self._now_ms = now_ms

    def handlers(self) -> dict[type, Handler]:
        work: dict[type, Callable[[Any], dict[str, Any]]] = {
            protocol.SeeIncident: self._see,
            protocol.CloseIncident: self._close,
            protocol.JudgeIncident: self._judge,
            protocol.TryRule: self._try,
            protocol.ViewRecording: self._view,
            protocol.PinSpan: self._pin,
            protocol.Unpin: self._unpin,
            protocol.ExportSpan: self._export,
            protocol.TakeExport: self._take_export,
            protocol.BeginView: self._begin_view,
            protocol.NoteView: lambda _wish: {},
            protocol.EndView: lambda _wish: {},
            protocol.SetPrivacyAreas: self._set_privacy,
        }
        return {kind: self._noted(do) for kind, do in work.items()}

    def take(self, wish: protocol.TakeIncident) -> None:
        self.archive.change(wish.id, taken_by=wish.user, taken_at_ms=self._now_ms())
        if self.archive.rows("SELECT 1 FROM incident WHERE id = ?", wish.id):
            self.archive.chapter(wish.id, self._now_ms(), "taken", wish.user)

    def _noted(self, do: Callable[[Any], dict[str, Any]]) -> Handler:
        async def handle(wish: Any) -> dict[str, Any]:
            self._asked.append(wish)
            return do(wish)

        return handle

    def _see(self, wish: protocol.SeeIncident) -> dict[str, Any]:
        self.archive.chapter(wish.id, self._now_ms(), "seen", wish.user)
        return {}

    def _close(self, wish: protocol.CloseIncident) -> dict[str, Any]:
        ended = {"state": "closed", "ended_at_ms": self._now_ms()}
        if not self.archive.change(wish.id, closed_by=wish.user, closed_how=wish.how, **ended):
            raise FinalError("Không có sự cố này.")
        self.archive.chapter(wish.id, self._now_ms(), "closed", wish.user, wish.how)
        return {}

    def _judge(self, wish: protocol.JudgeIncident) -> dict[str, Any]:
        self.archive.change(wish.id, verdict=wish.verdict)
        self.archive.chapter(wish.id, self._now_ms(), "judged", wish.user, wish.verdict)
        if wish.verdict == "true_alarm":
            return {"proposal": "", "toml": ""}
        return {"proposal": PROPOSAL, "toml": '[[camera.zone]]\nid = "lan-can"\nmin_height = 0.11\n'}

    def _try(self, wish: protocol.TryRule) -> dict[str, Any]:
        now, hour = self._now_ms(), 3_600_000
        passages = [
            {
                "label": "person" if number % 3 else "motorcycle",
                "began_ms": now - 23 * hour + number * hour // 2,
                "path": [[at * 1000, 0.1 + at * 0.08, 0.55 + (number % 7) * 0.05, 0.3] for at in range(10)],
            }
            for number in range(44)
        ]
        began = [now - 23 * hour + number * hour // 2 for number in range(0, 44, 9)]
        fired = [
            {"at_ms": at, "until_ms": at + 9000, "label": "person", "most": 1 + number % 3}
            for number, at in enumerate(began)
        ]
        lines = ["[[camera.zone]]", *(f"{name} = {value!r}" for name, value in wish.rule.items())]
        return {"fired": fired, "passages": passages, "hours": wish.hours, "toml": "\n".join(lines) + "\n"}

    def _view(self, wish: protocol.ViewRecording) -> dict[str, Any]:
        if wish.until_ms > self._now_ms() + AHEAD_MS:
            raise FinalError("Chỉ xem được đoạn đã ghi, không xin xem trước cho tương lai.")
        sql = (
            "SELECT id, began_ms, ended_ms, motion, importance, bytes FROM segment"
            " WHERE camera = ? AND began_ms < ? AND ended_ms > ? ORDER BY began_ms"
        )
        return {"segments": self.archive.rows(sql, wish.camera, wish.until_ms, wish.since_ms)}

    def _begin_view(self, _wish: protocol.BeginView) -> dict[str, Any]:
        """No WebRTC on paper: the page goes the slower way."""
        raise FinalError("Trình duyệt chỉ xem ngay được camera H.264.")

    def _set_privacy(self, wish: protocol.SetPrivacyAreas) -> dict[str, Any]:
        return {"areas": wish.areas, "hidden_by": "box", "word": "", "set_at_ms": self._now_ms()}

    def _pin(self, wish: protocol.PinSpan) -> dict[str, Any]:
        ends = {"ends_at_ms": wish.until_ms + wish.days * DAY_MS, "made_at_ms": self._now_ms()}
        span = {"camera": wish.camera, "since_ms": wish.since_ms, "until_ms": wish.until_ms}
        self.archive.insert("pin", id=wish.id, reason=wish.reason, by_user=wish.user, **span, **ends)
        return {}

    def _unpin(self, wish: protocol.Unpin) -> dict[str, Any]:
        self.archive.connection.execute("DELETE FROM pin WHERE id = ?", (wish.id,))
        return {}

    def _export(self, wish: protocol.ExportSpan) -> dict[str, Any]:
        """Done at once."""
        path = f"exports/{wish.id}.mp4"
        size = self.archive.write(path)
        sha256 = hashlib.sha256((self.archive.media / path).read_bytes()).hexdigest()
        span = {"camera": wish.camera, "since_ms": wish.since_ms, "until_ms": wish.until_ms, "blur": int(wish.blur)}
        done = {"state": "done", "path": path, "sha256": sha256, "bytes": size, "made_at_ms": self._now_ms()}
        self.archive.insert("export", id=wish.id, reason=wish.reason, by_user=wish.user, **span, **done)
        return {}

    def _take_export(self, wish: protocol.TakeExport) -> dict[str, Any]:
        found = self.archive.rows("SELECT path, sha256, bytes FROM export WHERE id = ?", wish.id)
        if not found:
            raise FinalError("Không có bản xuất này.")
        return {**found[0], "name": "cau-treo.mp4"}

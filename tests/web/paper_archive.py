"""The database and the media folder of a paper commune: real SQLite, real fragmented MP4."""

import io
import json
from pathlib import Path
from typing import Any

import av

from edge.store.schema import open_writer
from tests.workers.live.fake_shard import film

SEGMENT_MS = 3000


def fragmented(mp4: bytes) -> bytes:
    """The same film as recorders write it: fragments, video only."""
    file = io.BytesIO()
    with (
        av.open(io.BytesIO(mp4)) as source,
        av.open(file, "w", format="mp4", options={"movflags": "frag_keyframe+empty_moov+default_base_moof"}) as out,
    ):
        stream = source.streams.video[0]
        copy = out.add_stream_from_template(stream)
        for packet in source.demux(stream):
            if packet.size:
                packet.stream = copy
                out.mux(packet)
    return file.getvalue()


class PaperArchive:
    """Rows as the store writes them. The only writer of this database."""

    def __init__(self, folder: Path) -> None:
        self.media = folder / "media"
        self.connection = open_writer(folder / "molang.db")
        self._film = b""

    def insert(self, table: str, **row: Any) -> int:
        """One row; its number."""
        marks = ", ".join("?" * len(row))
        sql = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})"
        return int(self.connection.execute(sql, tuple(row.values())).lastrowid or 0)

    def incident(self, name: str, began_at_ms: int, **fields: Any) -> None:
        base = {
            "id": name, "kind": "intrusion", "rule_kind": "enter", "severity": "severe", "subject": f"test/{name}",
            "title": "Có người trong vùng cấm Lan can cầu.", "place": "Cầu treo thôn Đông", "hamlet": "thon-dong",
            "camera": "cau-treo", "rule": "lan-can", "label": "person", "score": 0.86, "most": 1,
            "box": json.dumps([0.42, 0.3, 0.56, 0.9]), "began_at_ms": began_at_ms, "made_at_ms": began_at_ms,
            "ended_at_ms": began_at_ms + 60_000, "state": "closed",
        }  # fmt: skip
        self.insert("incident", **{**base, **fields})
        self.chapter(name, began_at_ms, "opened", detail=str(fields.get("title", base["title"])))

    def chapter(self, incident: str, at_ms: int, what: str, by_user: str = "", detail: str = "") -> None:
        sql = "SELECT coalesce(max(number), 0) + 1 FROM incident_story WHERE incident = ?"
        (number,) = self.connection.execute(sql, (incident,)).fetchone()
        self.insert(
            "incident_story", incident=incident, number=number, at_ms=at_ms, what=what, by_user=by_user, detail=detail
        )

    def change(self, incident: str, **fields: Any) -> bool:
        sets = ", ".join(f"{name} = ?" for name in fields)
        sql = f"UPDATE incident SET {sets} WHERE id = ?"
        return bool(self.connection.execute(sql, (*fields.values(), incident)).rowcount)

    def segment(self, camera: str, began_ms: int, ms: int = SEGMENT_MS, **fields: Any) -> int:
        """A segment that plays."""
        path = f"recordings/{camera}/{began_ms}.mp4"
        size = self.write(path)
        base = {"codec": "h264", "width": 320, "height": 240, "motion": 0.0, "importance": 0}
        times = {"began_ms": began_ms, "ended_ms": began_ms + ms}
        return self.insert("segment", camera=camera, path=path, bytes=size, **times, **{**base, **fields})

    def write(self, path: str, film_: bytes = b"") -> int:
        file = self.media / path
        file.parent.mkdir(parents=True, exist_ok=True)
        self._film = self._film or fragmented(film())
        return file.write_bytes(film_ or self._film)

    def rows(self, sql: str, *values: object) -> list[dict[str, Any]]:
        asked = self.connection.execute(sql, values)
        return [dict(zip([column[0] for column in asked.description], row, strict=True)) for row in asked]

    def close(self) -> None:
        self.connection.close()

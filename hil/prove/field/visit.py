"""What people of the commune do at the box from their own machine: run on the laptop's side of the cable.

    python -m hil.prove.field.visit https://NAME PASSWORDS.json [--only-begin]

Prints one JSON object: the monotonic moment when the button was pressed, and what the pages said.
"""

import http.client
import json
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from hil.panel import PanelPerson
from hil.prove.field import commune

TEXT = "Mời bà con chú ý nghe thông báo của xã. Chiều nay trạm y tế tiêm chủng cho trẻ em."
AIRED_S, OPENS_S = 120.0, 90.0
LOOK_S = 0.5
LONG = " ".join([TEXT] * 6)
"""Long enough that something can break in the middle."""


def main(base: str, passwords: dict[str, str], *, only_begin: bool = False) -> dict[str, object]:
    """An operator writes, a leader hears and approves, the operator airs it; somebody opens the wall.

    ``only_begin``: a long notice is put on air, and nobody waits for its end.
    """
    opened_s = _until_it_opens(base)
    status, page = _got(f"{base}/wall?token={commune.WALL_TOKEN}")
    stranger, _ = _got(f"{base}/panel")
    operator = PanelPerson(base, "operator", passwords["operator"])
    leader = PanelPerson(base, "leader", passwords["leader"])
    bulletin = operator.write(LONG if only_begin else TEXT, ("all",), "uu_tien")
    heard = leader.approve(bulletin)
    pressed = operator.air(bulletin)
    row = operator.bulletin(bulletin) if only_begin else operator.wait_for(bulletin, "aired", AIRED_S)
    return {
        "door_opened_s": round(opened_s, 1),
        "wall_status": status,
        "wall_bytes": len(page),
        "stranger_status": stranger,
        "heard_bytes": heard,
        "pressed": pressed,
        "took_s": time.monotonic() - pressed,
        "reports": row["reports"],
        "bulletin": bulletin,
    }


def _until_it_opens(base: str) -> float:
    """Pages are started after the supervisor: seconds until the door answers; raises URLError when it stays shut."""
    began = time.monotonic()
    while True:
        try:
            _got(f"{base}/login")
        except (urllib.error.URLError, http.client.RemoteDisconnected):  # nobody there, or somebody who is just leaving
            if time.monotonic() - began > OPENS_S:
                raise
            time.sleep(LOOK_S)
        else:
            return time.monotonic() - began


def _got(url: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            found: bytes = answer.read()
            return answer.status if answer.url.split("?")[0] == url.split("?")[0] else 302, found
    except urllib.error.HTTPError as refused:
        return refused.code, b""


if __name__ == "__main__":
    words = json.loads(Path(sys.argv[2]).read_text("utf-8"))
    print(json.dumps(main(sys.argv[1], words, only_begin="--only-begin" in sys.argv), ensure_ascii=False))  # noqa: T201 - for the bench

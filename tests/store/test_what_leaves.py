"""What goes to the province: no phone number (L7), no free words of people to each other (L8), no picture."""

from pathlib import Path

from edge.store.bulletins import set_state
from edge.store.incidents import close_by_hand
from tests.store.village import PEOPLE, fill, open_journal

COMMENT = "Hỏi lại ông Bảy, số 0912345678, nhà cạnh đình."


async def test_no_number_no_comment_and_no_picture_leaves_the_commune(tmp_path: Path) -> None:
    journal = await open_journal(tmp_path / "molang.db")
    try:
        await fill(journal, tmp_path / "clips")
        await journal.record(lambda tx: set_state(tx, "b-1", "returned", COMMENT))
        await journal.record(lambda tx: close_by_hand(tx, "1-900", COMMENT, "Lan", "duty"))
        leaving = await journal.record(lambda tx: tx.run("SELECT type, subject, data FROM outbox").fetchall())
    finally:
        journal.close()
    assert any(kind.endswith("bulletin.returned.v1") or kind == "bulletin.returned" for kind, _, _ in leaving)
    text = " ".join(" ".join(row) for row in leaving)
    for secret in (*(person.phone[-9:] for person in PEOPLE), "912345678", "Bảy", "Lan", "stills/", ".jpg", ".mp4"):
        assert secret not in text

"""A row in every table of settings, shifts and persons' requests."""

from edge.store.handovers import hand_over
from edge.store.journal import Tx
from edge.store.person_requests import add_request
from edge.store.settings_versions import FORM, NewVersion, add_version


def office_kept(tx: Tx) -> None:
    at_ms = tx.now.at_ms
    change: dict[str, str | None] = {
        "where": "Camera: cong",
        "name": "retention_days",
        "label": "",
        "before": "7",
        "after": "14",
    }
    new = NewVersion("press-1", FORM, "Camera: cong", "", "0" * 64, "1" * 64, [change], ["+retention_days = 14"])
    add_version(tx, new, "Đức", "technician")
    hand_over(tx, "shift-1", "Anh Hải xem cống.", "[]", "Hòa", "duty")
    person = ("Nguyễn Thị Mơ", "0900000031", "Hình ở cổng chợ.")
    add_request(tx, "request-1", "see", *person, at_ms, at_ms + 172_800_000, "Hòa", "duty")

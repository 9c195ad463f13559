"""What the province proposes as a proposal: as text that people can read, with what it would change in the file."""

import datetime as dt
from collections.abc import Callable

import msgspec

from edge.config.load import parse
from edge.config.merge import FROM_OUTSIDE, check_tables, difference, is_in, merged, row_text, rows_of
from edge.core.decimals import decimal
from edge.core.errors import FinalError, MisconfiguredError
from edge.kernel.wire.command import (
    ConfigFragment,
    LevelsOffer,
    RosterOffer,
    TemplateOffer,
    UpdateOffer,
)
from edge.store.proposals import Proposal

Settings = Callable[[], str]
"""The text of the box's settings file as it is now."""
NOT_YET = "chưa ai của xã duyệt"


def config_offer(command: str, order: ConfigFragment, settings: Settings) -> Proposal:
    """A fragment that was put into the file and read as the start reads it; raises FinalError with what is wrong."""
    check_tables(order.toml, FROM_OUTSIDE)
    text = settings()
    tables = ", ".join(dict.fromkeys(line.strip(" []") for line in order.toml.splitlines() if line.startswith("[")))
    return Proposal(command, "config", f"Cấu hình: {tables}"[:200], order.toml, _checked(text, order.toml))


def template_offer(command: str, order: TemplateOffer, settings: Settings) -> Proposal:
    """New words. A template that the file has already is never changed from outside: a rule may air it."""
    text = settings()
    if order.id in rows_of(text, "template"):
        raise FinalError(f"Xã đã có mẫu tin `{order.id}`: tỉnh không được đổi lời của mẫu đã có.")
    fragment = row_text("template", template_row(order, NOT_YET, dt.date(2026, 1, 1)))
    _checked(text, fragment)
    return Proposal(command, "template", f"Mẫu tin: {order.title}", _json(order), f"+{order.text}")


def template_row(order: TemplateOffer, approver: str, on: dt.date) -> dict[str, object]:
    """As the file's ``[[template]]``."""
    return {
        "id": order.id,
        "title": order.title,
        "text": order.text,
        "priority": order.priority,
        "approved_by": approver,
        "approved_on": on,
    }


def roster_offer(command: str, order: RosterOffer, settings: Settings) -> Proposal:
    """People to be put on the roster; what the file knows of them beside stays as it is."""
    text = settings()
    fragment = roster_fragment(order, text)
    names = ", ".join(one.name for one in order.people)
    return Proposal(command, "roster", f"Danh bạ: {names}"[:200], _json(order), _checked(text, fragment))


def roster_fragment(order: RosterOffer, text: str) -> str:
    """The rows as the file would have them."""
    known = rows_of(text, "person")
    rows = [{**known.get(one.id, {}), **msgspec.to_builtins(one)} for one in order.people]
    return "".join(row_text("person", row) for row in rows)


def levels_offer(command: str, order: LevelsOffer, gauges: frozenset[str]) -> Proposal:
    """Levels of a gauge that this box has; whether they can be right is judged when somebody accepts them."""
    if order.station not in gauges:
        raise FinalError(f"Xã không có trạm đo `{order.station}`.")
    if not order.bao_dong_m[0] < order.bao_dong_m[1] < order.bao_dong_m[2]:
        raise FinalError("Ba mức báo động phải tăng dần.")
    numbers = " / ".join(map(decimal, order.bao_dong_m))
    words = f"+{numbers} m ({order.source}, {order.issued})"
    return Proposal(command, "levels", f"Mức báo động trạm {order.station}: {numbers} m", _json(order), words)


def update_offer(command: str, order: UpdateOffer) -> Proposal:
    """An edition that a technician may install."""
    return Proposal(command, "update", f"Bản cập nhật {order.version}", _json(order), f"+{order.url}\n+{order.note}")


def fragment_of(proposal: Proposal, text: str, user: str, today: dt.date) -> str:
    """What accepting this proposal puts into the settings file ``text``."""
    if proposal.kind == "config":
        return proposal.body
    if proposal.kind == "roster":
        return roster_fragment(msgspec.json.decode(proposal.body, type=RosterOffer), text)
    offer = msgspec.json.decode(proposal.body, type=TemplateOffer)
    return row_text("template", template_row(offer, user, today))


def stands_in(proposal: Proposal, text: str) -> bool:
    """Whether the file has what was proposed; of a template, whoever approved it there."""
    if proposal.kind != "template":
        return is_in(text, fragment_of(proposal, text, "", dt.date(2026, 1, 1)))
    offer = msgspec.json.decode(proposal.body, type=TemplateOffer)
    row = rows_of(text, "template").get(offer.id, {})
    return row.get("text") == offer.text and row.get("title") == offer.title


def _checked(text: str, fragment: str) -> str:
    """The difference; raises FinalError when the box would not start with it."""
    after = merged(text, fragment)
    try:
        parse(after.encode(), "tệp ghép")
    except MisconfiguredError as cause:
        raise FinalError(f"Hộp không chạy được với cấu hình này: {cause}"[:400]) from cause
    return difference(text, after)[:32_768]


def _json(order: msgspec.Struct) -> str:
    return msgspec.json.encode(order).decode()

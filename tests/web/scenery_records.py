"""A month of a commune's air log, through the store's own functions: heard, half heard, silent, awaited."""

import datetime as dt
import random
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from edge.broadcast.orders import OrderMaker, Wanted
from edge.core.broadcast import HornReport, Operation, OrderId, Outcome, Priority
from edge.core.local_time import VIETNAM
from edge.core.moment import AtMs, ClockState, Moment, Steady
from edge.core.place import EVERYWHERE, HamletId, HornId
from edge.kernel.signing import OrderKey
from edge.store.bulletins import add_bulletin
from edge.store.journal import Journal, Tx
from edge.store.orders import close_report
from edge.store.presence import Presence, keep_presence
from edge.store.residents import add_report, settle
from tests.store.village import bulletin, recording

HAMLETS = {
    "dong": "Thôn Đông", "tay": "Thôn Tây", "nam": "Thôn Nam", "bac": "Thôn Bắc", "trung": "Thôn Trung",
    "ben": "Thôn Bến Đò", "doi": "Thôn Đồi Sim", "cho": "Thôn Chợ Mới",
}  # fmt: skip
HORNS = {
    f"loa-{hamlet}-{number}": (f"Loa {name[5:]} {number}", hamlet)
    for hamlet, name in HAMLETS.items()
    for number in (1, 2)
}  # noqa: E501 - one idea
NOTICES = (
    (
        "thuong",
        "Mời bà con thôn Đông 7h30 ngày 23/11 đến nhà văn hoá thôn họp bàn việc làm đường. Mỗi hộ cử một người.",
    ),
    (
        "thuong",
        "Điện lực thông báo cắt điện từ 8h đến 11h ngày 25/11 tại các thôn Đông, Tây và Chợ Mới để sửa đường dây.",
    ),
    ("uu_tien", "Lịch tiêm phòng cho đàn trâu bò: sáng 24/11 tại thôn Nam, chiều 24/11 tại thôn Bắc."),
    ("khan_cap", "Hồ Khe Sanh xả lũ lúc 15h. Bà con thôn Bến Đò không qua ngầm, đưa trâu bò lên chỗ cao."),
)
PRIORITIES = {"thuong": Priority.THUONG, "uu_tien": Priority.UU_TIEN, "khan_cap": Priority.KHAN_CAP}
REASONS = {
    Outcome.PLAYED: "",
    Outcome.PARTIAL: "Nhường cho lệnh 1-88 khẩn hơn.",
    Outcome.SILENT: "Tăng âm chỉ có 3 mA: loa không kêu.",
    Outcome.UNKNOWN: "Cụm loa không trả lời trong thời hạn.",
    Outcome.REFUSED: "Nút đang có 16 lệnh dở dang.",
}


@dataclass
class Hand:
    """A clock that is set."""

    at: dt.datetime

    def now(self) -> Moment:
        return Moment(AtMs(round(self.at.timestamp() * 1000)), Steady(0.0), ClockState.SYNCED)

    def steady(self) -> Steady:
        return Steady(0.0)


async def fill_month(folder: Path, now: dt.datetime | None = None) -> None:
    """From the first of the month until now: three airings a day, a test a week, and today's that is still awaited."""
    now = now or dt.datetime.now(VIETNAM)
    clock = Hand(now.replace(day=1, hour=5, minute=0, second=0, microsecond=0))
    journal = await Journal.open(folder / "molang.db", clock)
    orders = OrderMaker(OrderKey.load_or_make(folder / "order.pem"), journal.epoch)
    chance = random.Random(7)
    for horn in HORNS:
        await journal.record(partial(keep_presence, horn=HornId(horn), presence=Presence.ONLINE))
    number = 0
    while clock.at < now:
        for hour in (5, 11, 17):
            clock.at = clock.at.replace(hour=hour, minute=chance.randrange(60))
            if clock.at < now:
                number += 1
                await journal.record(partial(_airing, orders=orders, number=number, chance=chance))
        await journal.record(partial(_weather, day=clock.at.day))
        clock.at = (clock.at + dt.timedelta(days=1)).replace(hour=5)
    clock.at = now
    await journal.record(partial(_today, orders=orders))
    await journal.record(_told)
    journal.close()


def _airing(tx: Tx, orders: OrderMaker, number: int, chance: random.Random) -> None:
    priority, text = NOTICES[chance.choices(range(4), (6, 4, 3, 1))[0]]
    name = f"b-{number}"
    row = replace(bulletin(name), text=text, priority=priority, author="Lê Thị Lan", approver="Trần Văn Minh")
    add_bulletin(tx, row)
    hamlets = (EVERYWHERE,) if chance.random() < 0.3 else tuple(map(HamletId, chance.sample(sorted(HAMLETS), 3)))
    horns = tuple(HornId(horn) for horn, (_, hamlet) in HORNS.items() if hamlets[0] == EVERYWHERE or hamlet in hamlets)
    wanted = Wanted(name, recording(name), hamlets, horns, PRIORITIES[priority], "Lê Thị Lan")
    play = orders.play(tx, wanted, orders.prepare(tx, wanted)).id
    seconds = chance.uniform(18, 45)
    for horn in horns:
        chances = (94, 2, 1, 2, 0.4) if horn != "loa-doi-2" else (40, 5, 30, 25, 0)
        _end(tx, play, horn, chance.choices(list(Outcome), chances)[0], seconds, chance)


def _end(tx: Tx, play: str, horn: HornId, outcome: Outcome, seconds: float, chance: random.Random) -> None:
    heard_s = {Outcome.PLAYED: seconds, Outcome.PARTIAL: seconds * 0.4}.get(outcome, 0.0)
    measured = outcome in (Outcome.PLAYED, Outcome.PARTIAL)
    close_report(
        tx,
        HornReport(
            OrderId.parse(play),
            horn,
            outcome,
            REASONS[outcome],
            round(chance.uniform(-20, -16), 1) if outcome is not Outcome.UNKNOWN else None,
            chance.randrange(700, 1400) if measured else None,
            round(heard_s * 1000),
            level_db=round(chance.uniform(-14, -9), 1) if measured else None,
        ),
    )


def _weather(tx: Tx, day: int) -> None:
    """Two horns lose their link for a day now and then."""
    if day % 9 == 4:
        keep_presence(tx, HornId("loa-doi-2"), Presence.OFFLINE)
    if day % 9 == 6:
        keep_presence(tx, HornId("loa-doi-2"), Presence.ONLINE)
    if day == 11:
        keep_presence(tx, HornId("loa-ben-1"), Presence.OFFLINE)
    if day == 12:
        keep_presence(tx, HornId("loa-ben-1"), Presence.ONLINE)


def _today(tx: Tx, orders: OrderMaker) -> None:
    test = Wanted(None, recording("t-1"), (), (HornId("loa-doi-2"),), Priority.THUONG, "tự kiểm tra")
    play = orders.play(tx, test, orders.prepare(tx, test), Operation.TEST).id
    _end(tx, play, HornId("loa-doi-2"), Outcome.SILENT, 2, random.Random(1))
    add_bulletin(tx, replace(bulletin("b-now"), text=NOTICES[0][1], author="Lê Thị Lan", approver="Trần Văn Minh"))
    wanted = Wanted(
        "b-now", recording("now"), (HamletId("dong"),), (HornId("loa-dong-1"),), Priority.THUONG, "Lê Thị Lan"
    )
    orders.play(tx, wanted, orders.prepare(tx, wanted))


def _told(tx: Tx) -> None:
    add_report(tx, "00000000-0000-4000-8000-000000000001", "Đèn đường đầu thôn hỏng đã ba hôm.", "dong", "Lan", "duty")
    add_report(
        tx,
        "00000000-0000-4000-8000-000000000002",
        "Loa cạnh trường học kêu quá to giờ nghỉ trưa.",
        "tay",
        "Lan",
        "duty",
    )  # noqa: E501
    settle(tx, "00000000-0000-4000-8000-000000000002", "Đã giảm âm lượng cụm loa cạnh trường.", "Lan", "duty")

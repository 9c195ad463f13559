"""A small commune at a river, for replays where none is given: hamlets, horns and officials are all invented."""

import datetime as dt
import re
from collections.abc import Sequence

from msgspec.structs import replace

from edge.config.ready import adopted
from edge.config.schema import Broker, Commune, Config, FloodRule, Gauge, Hamlet, Horn, Media, Person, Template, Web
from edge.config.schema.sensing import HAND
from edge.core.errors import FinalError

APPROVED_ON = dt.date(2026, 1, 5)
HAMLETS = (("ben", "Thôn Bến"), ("bai", "Thôn Bãi"), ("trung", "Thôn Trung"), ("dong", "Thôn Đồng"), ("go", "Thôn Gò"))
EXPOSED = {1: ("ben",), 2: ("ben", "bai", "trung"), 3: ("ben", "bai", "trung", "dong")}
"""Which hamlets the water reaches at each level; the last one lies high."""
DUTIES = ("Chủ tịch xã", "Phó chủ tịch xã", "Trực ban")
RISING = "Báo động {level}. Lúc {time}, mực nước tại {station} là {value}. Bà con {hamlet} đi theo phương án."
FALLING = "Lúc {time}, nước tại {station} rút còn {value}. Bà con {hamlet} chưa trở về, chờ tin báo yên."
OVER = "Tin báo yên. Lúc {time}, mực nước tại {station} là {value}, đã hết báo động. Bà con {hamlet} có thể trở về."


def slug(station: str) -> str:
    """A station's name as the id of a gauge."""
    return re.sub(r"[^a-z0-9]+", "-", station.lower()).strip("-") or "tram"


def small_commune(station: str, levels: Sequence[float], folder: str) -> Config:
    """The commune, with a gauge of this name that has these three levels."""
    first, second, third = levels
    gauge = Gauge(
        id=slug(station),
        name=f"trạm {station.replace('_', ' ').title()}",
        kind=HAND,
        bao_dong_m=(first, second, third),
        source="Diễn lại từ tệp số liệu",
        template="nuoc-len",
        all_clear="bao-yen",
    )
    config = Config(
        commune=Commune(id="dien-lai", name="Xã Diễn Lại", data=folder, demo=True),
        web=Web(wall_token="khong-dung-den-o-day"),  # noqa: S106 - a replay opens no pages
        broker=Broker(ca="ca.pem", cert="hop.pem", key="hop.key"),
        media=Media(ca="ca.pem", cert="hop.pem", key="hop.key", url="https://127.0.0.1:8443"),
        hamlet=tuple(Hamlet(id=name, name=title, people=400) for name, title in HAMLETS),
        horn=(*(Horn(id=f"loa-{name}", name=f"Loa {title}", hamlet=name) for name, title in HAMLETS),),
        gauge=(gauge,),
        person=_people(),
        template=_templates(),
        flood_rule=_rules(gauge.id),
    )
    return adopted(config)


def with_levels(config: Config, station: str, levels: Sequence[float]) -> Config:
    """A commune of somebody's own, with these levels at this station; raises FinalError when it has no such gauge."""
    first, second, third = levels
    wanted = slug(station)
    if not any(wanted == gauge.id or station == gauge.station for gauge in config.gauge):
        raise FinalError(f"Tệp cấu hình không có trạm {wanted}.")
    gauges = (
        replace(gauge, bao_dong_m=(first, second, third), feed=None, kind=HAND)
        if wanted == gauge.id or station == gauge.station
        else gauge
        for gauge in config.gauge
    )
    return replace(config, gauge=tuple(gauges))


def _people() -> tuple[Person, ...]:
    general = [
        Person(id=f"xa-{n}", name=f"Cán bộ {n}", phone=f"09000000{n:02d}", duty=duty)
        for n, duty in enumerate(DUTIES, 1)
    ]
    heads = [
        Person(id=f"thon-{name}", name=f"Trưởng {title}", phone=f"09000000{n:02d}", duty="trưởng thôn", hamlet=name)
        for n, (name, title) in enumerate(HAMLETS, 11)
    ]
    return (*general, *heads)


def _templates() -> tuple[Template, ...]:
    words = {"nuoc-len": RISING, "nuoc-rut": FALLING, "bao-yen": OVER}
    return tuple(
        Template(id=name, text=text, approved_by="Chủ tịch xã", approved_on=APPROVED_ON) for name, text in words.items()
    )


def _rules(station: str) -> tuple[FloodRule, ...]:
    rising = [
        FloodRule(
            id=f"len-{level}",
            name=f"Nước lên báo động {level}",
            when="level",
            station=station,
            level=level,
            hamlets=hamlets,
            template="nuoc-len",
            all_clear="bao-yen",
        )
        for level, hamlets in EXPOSED.items()
    ]
    falling = [
        FloodRule(
            id=f"rut-{level}",
            name=f"Nước rút dưới báo động {level}",
            when="falling",
            station=station,
            level=level,
            hamlets=EXPOSED[level],
            template="nuoc-rut",
        )
        for level in (2, 3)
    ]
    return (*rising, *falling)

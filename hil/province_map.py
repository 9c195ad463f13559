"""The simulated commune's province: ``communes.toml`` of its hub. Names and places are invented."""

from dataclasses import dataclass

from hil import place
from hil.toml_text import table


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A commune of the map; ``plays`` is what its simulated box does (hil.neighbours), empty: it has none."""

    id: str
    name: str
    lat: float
    lon: float
    plays: str = ""


PROVINCE = "tỉnh Sông Giang (mô phỏng)"
CAP_SENDER = "pctt@tinh.mo-phong"
NEIGHBOURS = (
    Neighbour("thuong-giang", "xã Thượng Giang (mô phỏng)", 21.06, 105.71, "flood"),
    Neighbour("tay-ho", "xã Tây Hồ (mô phỏng)", 20.98, 105.77, "silent"),
    Neighbour("dong-tien", "phường Đông Tiến (mô phỏng)", 20.92, 106.01, "calm"),
    Neighbour("an-phu", "xã An Phú (mô phỏng)", 20.87, 105.85),
    Neighbour("ven-song", "xã Ven Sông (mô phỏng)", 20.83, 105.97),
    Neighbour("cam-giang", "xã Cẩm Giang (mô phỏng)", 21.04, 105.95),
)


def communes_toml() -> str:
    """The whole file."""
    own = Neighbour(place.COMMUNE, place.COMMUNE_NAME, 20.95, 105.88)
    head = table("province", {"name": PROVINCE, "cap_sender": CAP_SENDER})
    return head + "".join(map(_row, (own, *NEIGHBOURS)))


def _row(one: Neighbour) -> str:
    return table("[commune]", {"id": one.id, "name": one.name, "lat": one.lat, "lon": one.lon})

"""Where one can go from every page: the parts of the desk, and the pages of each. One table for all."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from flask import Flask, request

from web.speaking import later


@dataclass(frozen=True, slots=True)
class Place:
    """A page, or one ``view`` of the panel; shown to whoever may make the request ``needs``.

    ``count`` names the number that web/static/counts.js writes beside it.
    """

    path: str
    words: str
    icon: str
    needs: str = ""
    count: str = ""
    view: str = ""

    @property
    def address(self) -> str:
        """Where a link to it leads."""
        return f"{self.path}#{self.view}" if self.view else self.path


@dataclass(frozen=True, slots=True)
class Part:
    """Pages that belong together; the first one that a person may see opens the part."""

    name: str
    words: str
    icon: str
    places: tuple[Place, ...]
    count: str = ""


PARTS = (
    Part(
        "duty",
        later("Trực ban"),
        "hand",
        (
            Place("/duty", later("Đang diễn ra"), "hand", count="incidents", view="truc-ban"),
            Place("/incidents", later("Tìm sự cố"), "list"),
            Place("/shift", later("Giao ca"), "copy", "GetMatters"),
        ),
        "incidents",
    ),
    Part("cameras", later("Camera"), "camera", (Place("/cameras", later("Camera"), "camera"),)),
    Part(
        "water",
        later("Nước"),
        "river",
        (Place("/river", later("Số đo"), "river"), Place("/flood", later("Ứng phó"), "hand")),
    ),
    Part("indicators", later("Chỉ tiêu"), "rise", (Place("/indicators", later("Chỉ tiêu"), "rise"),)),
    Part(
        "station",
        later("Phát thanh"),
        "horn",
        (
            Place("/panel", later("Soạn tin"), "pen", "DraftBulletin", view="soan"),
            Place("/panel", later("Bản tin"), "list", count="bulletins", view="ban-tin"),
            Place("/panel", later("Loa"), "horn", view="loa"),
            Place("/panel/templates", later("Mẫu tin"), "copy", "AirTemplate", "templates"),
            Place("/panel/talk", later("Micrô"), "mic", "BeginTalk"),
            Place("/calendar", later("Lịch phát"), "calendar"),
            Place("/bank", later("Giọng của xã"), "person", "GetBank"),
            Place("/abbreviations", later("Chữ tắt"), "list"),
        ),
        "bulletins",
    ),
    Part(
        "records",
        later("Hồ sơ"),
        "list",
        (
            Place("/airlog", later("Nhật ký phát"), "list"),
            Place("/report", later("Phát thanh tháng"), "horn"),
            Place("/reports", later("Báo cáo của xã"), "list", "MakeCommuneReport"),
            Place("/residents", later("Phản ánh của bà con"), "person"),
        ),
    ),
    Part(
        "system",
        later("Hệ thống"),
        "server",
        (
            Place("/panel", later("Dịch vụ và đường truyền"), "server", count="services", view="he-thong"),
            Place("/settings", later("Cài đặt"), "wrench", "GetSettings"),
            Place("/settings/history", later("Lịch sử cài đặt"), "clock", "GetSettings"),
            Place("/people", later("Tài khoản"), "person", "ListAccounts"),
            Place("/requests", later("Yêu cầu về dữ liệu"), "person", "AddRequest"),
            Place("/audit", later("Nhật ký việc làm"), "list", "VerifyAudit"),
            Place("/upkeep", later("Sao lưu, cập nhật"), "copy", "GetUpkeep"),
            Place("/support", later("Hỗ trợ từ xa"), "link", "GetSupport"),
        ),
        "services",
    ),
)
_AT_HOME = {"/panel": "station"}
"""The page that shows views of several parts belongs to this one."""
PANEL = frozenset({"/panel", "/duty"})
"""Addresses of the one page that changes between its views without being loaded anew."""


def lead(app: Flask) -> None:
    """Let every template ask where one can go."""
    app.jinja_env.globals.update(parts_for=parts_for, here=here, PANEL=PANEL)


def parts_for(rights: Collection[str]) -> tuple[Part, ...]:
    """The parts with the pages that somebody with these rights may open."""
    return tuple(replace(part, places=kept) for part in PARTS if (kept := tuple(_open(part, rights))))


def _open(part: Part, rights: Collection[str]) -> Iterator[Place]:
    return (place for place in part.places if not place.needs or place.needs in rights)


def here(path: str | None = None) -> tuple[str, str]:
    """Part and page that this path belongs to, "" where it belongs to none; the longest fit wins."""
    asked = request.path if path is None else path
    fits = [(place.path, part.name) for part in PARTS for place in part.places if _is_within(asked, place.path)]
    if not fits:
        return "", ""
    page = max(fits, key=lambda fit: len(fit[0]))[0]
    return _AT_HOME.get(page, next(part for fit, part in fits if fit == page)), page


def _is_within(path: str, page: str) -> bool:
    return path == page or path.startswith(f"{page}/")

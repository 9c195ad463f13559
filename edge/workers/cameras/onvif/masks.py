"""Privacy masks in the camera itself: ONVIF Media2 (ver20/media), section 5.11 "Masks" of its specification.

A mask belongs to a video source: the camera hides it in every stream, before anything leaves it. Corners are given
from -1 to 1, x to the right and y up; ours from 0 to 1, y down.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit
from xml.etree import ElementTree as Tree
from xml.sax.saxutils import escape

from edge.core.errors import FinalError
from edge.kernel.wire.masking import PutAreas
from edge.kernel.wire.vision import Outline
from edge.workers.cameras.onvif.device import OnvifCamera
from edge.workers.cameras.onvif.soap import NAMES, Login, ask

NAMESPACE = "http://www.onvif.org/ver20/media/wsdl"
NEAR = 0.01
"""Cameras round corners to their own grid: further away than this share of the picture is another mask."""
MOST_MASKS = 64
NO_MASKS = "Camera này không nhận vùng riêng tư qua ONVIF; hộp che ảnh thay nó."
_TR2 = {**NAMES, "tr2": NAMESPACE}
_OPEN = f' xmlns:tr2="{NAMESPACE}"'


@dataclass(frozen=True, slots=True)
class Mask:
    """One that the camera has; ``area`` in our own shares."""

    token: str
    area: Outline
    enabled: bool


def put_masks(job: PutAreas) -> None:
    """Let the camera hide these areas, ask it again, and return only when it confirms every one of them.

    Masks that somebody else set are left alone. Raises FinalError with a sentence when the camera cannot or does not,
    TransientError when it does not answer.
    """
    camera = OnvifCamera(job.url, job.user, job.password)
    ahead = camera.clock_ahead()
    media = _Media(job.url, Login(job.user, job.password, ahead))
    source = media.source()
    media.check_room(source, job.areas)
    before = media.masks(source)
    for one in before:  # first: some cameras have room for one or two
        was_ours = any(_near(one.area, area) for area in job.formerly)
        if was_ours and not any(_near(one.area, area) for area in job.areas):
            media.delete(one.token)
    for area in job.areas:
        if not any(_same(one, area) for one in before):
            media.create(source, area)
    after = media.masks(source)
    if not all(any(_same(one, area) for one in after) for area in job.areas):
        raise FinalError("Camera nhận vùng riêng tư nhưng khi hỏi lại thì không có đủ; hộp che ảnh thay nó.")


class _Media:
    """The Media2 service of one camera."""

    def __init__(self, device_url: str, login: Login) -> None:
        self._login = login
        self._url = self._find(device_url)

    def source(self) -> str:
        """The video source configuration that masks belong to: the first, for one camera has one lens."""
        answer = self._ask("GetVideoSourceConfigurations", "")
        found = answer.find(".//tr2:Configurations", _TR2)
        if found is None or not found.get("token"):
            raise FinalError(NO_MASKS)
        return str(found.get("token"))

    def check_room(self, source: str, areas: Sequence[Outline]) -> None:
        """Raise FinalError when the camera has no room for so many masks, or for such shapes."""
        answer = self._ask("GetMaskOptions", _config(source))
        most = _whole(answer.findtext(".//tr2:MaxMasks", "0", _TR2))
        corners = _whole(answer.findtext(".//tr2:MaxPoints", "4", _TR2))
        options = answer.find(".//tr2:Options", _TR2)
        rectangles = options is not None and options.get("RectangleOnly", "false") in ("true", "1")
        if not most:
            raise FinalError(NO_MASKS)
        if len(areas) > most:
            raise FinalError(f"Camera này chỉ che được {most} vùng; hộp che ảnh thay nó.")
        if any(len(area) > corners or (rectangles and not _is_rectangle(area)) for area in areas):
            shape = "hình chữ nhật" if rectangles else f"hình có tối đa {corners} góc"
            raise FinalError(f"Camera này chỉ che được {shape}; hộp che ảnh thay nó.")

    def masks(self, source: str) -> list[Mask]:
        """What it hides now."""
        answer = self._ask("GetMasks", _config(source))
        return [_mask(node) for node in answer.findall(".//tr2:Masks", _TR2)[:MOST_MASKS]]

    def create(self, source: str, area: Outline) -> None:
        """One more, black."""
        points = "".join(f'<tt:Point x="{2 * x - 1:.4f}" y="{1 - 2 * y:.4f}"/>' for x, y in area)
        kind = '<tr2:Type>Color</tr2:Type><tr2:Color X="0" Y="0" Z="0"/><tr2:Enabled>true</tr2:Enabled>'
        body = f"{_config(source)}<tr2:Polygon>{points}</tr2:Polygon>{kind}"
        self._ask("CreateMask", f'<tr2:Mask token="">{body}</tr2:Mask>')

    def delete(self, token: str) -> None:
        """No more."""
        self._ask("DeleteMask", f"<tr2:Token>{escape(token)}</tr2:Token>")

    def _ask(self, action: str, body: str) -> Tree.Element:
        return ask(self._url, f"<tr2:{action}{_OPEN}>{body}</tr2:{action}>", self._login)

    def _find(self, device_url: str) -> str:
        """Its address, at this camera whatever host it names (see device.py)."""
        wish = "<tds:GetServices><tds:IncludeCapability>false</tds:IncludeCapability></tds:GetServices>"
        answer = ask(device_url, wish, self._login)
        for node in answer.findall(".//tds:Service", NAMES)[:MOST_MASKS]:
            if (node.findtext("tds:Namespace", "", NAMES) or "").strip() == NAMESPACE:
                path = urlsplit((node.findtext("tds:XAddr", "", NAMES) or "").strip())
                return urlunsplit(urlsplit(device_url)._replace(path=path.path, query=path.query))
        raise FinalError(NO_MASKS)


def _config(source: str) -> str:
    return f"<tr2:ConfigurationToken>{escape(source)}</tr2:ConfigurationToken>"


def _mask(node: Tree.Element) -> Mask:
    points = node.findall(".//tr2:Polygon/tt:Point", _TR2)
    area = tuple(((_real(one.get("x")) + 1) / 2, (1 - _real(one.get("y"))) / 2) for one in points)
    enabled = (node.findtext("tr2:Enabled", "", _TR2) or "").strip() in ("true", "1")
    return Mask(node.get("token", ""), area, enabled)


def _same(mask: Mask, area: Outline) -> bool:
    return mask.enabled and _near(mask.area, area)


def _near(one: Outline, other: Outline) -> bool:
    if len(one) != len(other):
        return False
    return all(abs(a - b) <= NEAR for p, q in zip(one, other, strict=True) for a, b in zip(p, q, strict=True))


def _is_rectangle(area: Outline) -> bool:
    xs, ys = {x for x, _ in area}, {y for _, y in area}
    return len(area) == 4 and len(xs) == len(ys) == 2


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.strip().isdigit() and len(text) < 6 else 0


def _real(text: str | None) -> float:
    try:
        value = float(text or "nan")
    except ValueError:
        return 9.0
    return value if -1.5 < value < 1.5 else 9.0  # nowhere near anything of ours

"""The privacy masks of a simulated ONVIF camera: the five questions of Media2 about them.

Like real ones it names a service address that nobody reaches, rounds corners to a grid of its own, and may know nothing
of masks, have no room, or forget what it was told.
"""

import re
from dataclasses import dataclass, field

MEDIA2 = "http://www.onvif.org/ver20/media/wsdl"
GRID = 100
_POINT = re.compile(r'<tt:Point x="([^"]+)" y="([^"]+)"/>')


@dataclass(slots=True)
class CameraMasks:
    """``most`` 0: this camera knows no masks. ``forgets``: it says yes and does nothing."""

    most: int = 4
    most_corners: int = 8
    rectangles: bool = False
    forgets: bool = False
    held: dict[str, tuple[tuple[float, float], ...]] = field(default_factory=dict)
    made: int = 0

    def answer(self, action: str, question: str) -> str:
        """The body; empty for a question that it does not know."""
        table = {
            "GetServices": self._services,
            "GetVideoSourceConfigurations": self._sources,
            "GetMaskOptions": self._options,
            "GetMasks": self._masks,
            "CreateMask": self._create,
            "DeleteMask": self._delete,
        }
        return table[action](question) if action in table else ""

    def _services(self, _: str) -> str:
        named = (
            f"<tds:Service><tds:Namespace>{MEDIA2}</tds:Namespace><tds:XAddr>http://192.0.2.1/onvif/media2</tds:XAddr>"
        )
        found = f"{named}</tds:Service>" if self.most else ""
        return f"<tds:GetServicesResponse>{found}</tds:GetServicesResponse>"

    def _sources(self, _: str) -> str:
        one = '<tr2:Configurations token="lens"><tt:Name>lens</tt:Name></tr2:Configurations>'
        return f"<tr2:GetVideoSourceConfigurationsResponse>{one}</tr2:GetVideoSourceConfigurationsResponse>"

    def _options(self, _: str) -> str:
        rectangles = "true" if self.rectangles else "false"
        figures = f"<tr2:MaxMasks>{self.most}</tr2:MaxMasks><tr2:MaxPoints>{self.most_corners}</tr2:MaxPoints>"
        one = f'<tr2:Options RectangleOnly="{rectangles}" SingleColorOnly="true">{figures}</tr2:Options>'
        return f"<tr2:GetMaskOptionsResponse>{one}</tr2:GetMaskOptionsResponse>"

    def _masks(self, _: str) -> str:
        rows = "".join(_mask(token, corners) for token, corners in self.held.items())
        return f"<tr2:GetMasksResponse>{rows}</tr2:GetMasksResponse>"

    def _create(self, question: str) -> str:
        self.made += 1
        token = f"mask-{self.made}"
        if not self.forgets:
            corners = [
                (round(float(x) * GRID) / GRID, round(float(y) * GRID) / GRID) for x, y in _POINT.findall(question)
            ]
            self.held[token] = tuple(corners)
        return f"<tr2:CreateMaskResponse><tr2:Token>{token}</tr2:Token></tr2:CreateMaskResponse>"

    def _delete(self, question: str) -> str:
        token = re.search(r"<tr2:Token>([^<]*)<", question)
        self.held.pop(token.group(1) if token else "", None)
        return "<tr2:DeleteMaskResponse/>"


def _mask(token: str, corners: tuple[tuple[float, float], ...]) -> str:
    points = "".join(f'<tt:Point x="{x}" y="{y}"/>' for x, y in corners)
    kind = "<tr2:Type>Color</tr2:Type><tr2:Enabled>true</tr2:Enabled>"
    return f'<tr2:Masks token="{token}"><tr2:Polygon>{points}</tr2:Polygon>{kind}</tr2:Masks>'

"""Privacy areas: what of a camera's picture nobody may see but whom the law lets."""

from edge.core.errors import FinalError
from edge.core.policy.rights import Role

Area = tuple[tuple[float, float], ...]
"""Corners of a polygon: (x, y) shares of the picture from 0 to 1."""
Areas = tuple[Area, ...]

SEES_ALL = frozenset({Role.LEADER})
"""Who may see what lies in a privacy area that the camera itself does not hide. Each look is an audit line (L5)."""
COVERED = "Camera này có vùng riêng tư: chỉ lãnh đạo xã xem được hình không che. Bạn xem ảnh tĩnh đã che."


def check_sight(role: str, *, covered: bool) -> None:
    """Raise FinalError unless this role may see pictures of a camera that nothing hides."""
    if covered and role not in SEES_ALL:
        raise FinalError(COVERED)


def check_change(role: str, before: Areas, after: Areas) -> None:
    """Whoever may not see what an area hides may draw more, never take one away."""
    if role not in SEES_ALL and not set(before) <= set(after):
        raise FinalError("Chỉ lãnh đạo xã được bỏ hoặc sửa vùng riêng tư đã có; bạn được vẽ thêm.")

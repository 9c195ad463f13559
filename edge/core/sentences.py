"""What people read about an incident of a camera: whole Vietnamese sentences."""

from edge.core.decimals import decimal
from edge.core.policy.rules.rule import RuleKind

LABELS = {
    "person": "người",
    "bicycle": "xe đạp",
    "car": "ô tô",
    "motorcycle": "xe máy",
    "bus": "xe khách",
    "truck": "xe tải",
    "boat": "thuyền",
    "dog": "chó",
    "cow": "bò",
    "horse": "ngựa",
    "fire": "lửa",
    "smoke": "khói",
}
"""What the models' labels are called here; others are shown as they are."""
_TITLES = {
    RuleKind.ENTER: "Có {who} ở {place}",
    RuleKind.LINE: "Có {who} vượt {place}",
    RuleKind.LOITER: "Có {who} nán lại {place} quá {span}",
    RuleKind.COUNT: "Có {who} ở {place}, hơn mức {more_than}",
    RuleKind.CLOSED_STREET: "Có {who} vào {place} đang cấm xe",
    RuleKind.RIVER_BANK: "Có {who} ở {place} khi nước sông {river}",
    RuleKind.PARKED: "Có {who} đỗ quá {span} ở {place}",
}
_SMS = {
    RuleKind.ENTER: "CÓ {what}",
    RuleKind.LINE: "{what} VƯỢT VẠCH",
    RuleKind.LOITER: "{what} NÁN LẠI",
    RuleKind.COUNT: "ĐÔNG {what}",
    RuleKind.CLOSED_STREET: "{what} VÀO ĐƯỜNG CẤM",
    RuleKind.RIVER_BANK: "{what} Ở BỜ SÔNG",
    RuleKind.PARKED: "{what} ĐỖ LÂU",
}
_TROUBLES = {
    "offline": "Camera {name} mất kết nối",
    "frozen": "Hình camera {name} đứng im",
    "covered": "Camera {name} bị che",
    "moved": "Camera {name} bị xoay lệch",
    "blurred": "Hình camera {name} bị mờ",
}
_CAMERA = "camera "
"""Many cameras are named so already; it is not said twice."""


def label_name(label: str) -> str:
    """What a thing is called."""
    return LABELS.get(label, label)


def rule_title(
    kind: RuleKind, label: str, most: int, place: str, camera: str, *, after_s: float, more_than: int, river: str
) -> str:
    """What a rule noticed, where, and on which camera."""
    name = label_name(label)
    told = _TITLES[kind].format(
        who=f"{most} {name}" if most > 1 else name, place=place, span=span(after_s), more_than=more_than, river=river
    )
    return f"{told} ({camera})"


def sms_head(rule_kind: str) -> str:
    """The first words of an SMS about it; ``{what}`` stands for what was seen."""
    return _SMS[RuleKind(rule_kind)]


def trouble_title(trouble: str, camera: str) -> str:
    """What is wrong with a camera."""
    name = camera[len(_CAMERA) :] if camera.casefold().startswith(_CAMERA) else camera
    return _TROUBLES[trouble].format(name=name)


def river_now(level_m: float, old_s: float | None) -> str:
    """The river as last read; ``old_s`` tells how old that is when it is not new."""
    level = f"{decimal(level_m)} m"
    return level if old_s is None else f"{level} (số đo đã cũ {span(old_s)})"


def span(seconds: float) -> str:
    """A length of time in the unit that people would take."""
    if seconds < 120:
        return f"{round(seconds)} giây"
    if seconds < 7200:
        return f"{round(seconds / 60)} phút"
    return f"{round(seconds / 3600)} giờ"

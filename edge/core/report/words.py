"""What a report calls kinds, severities and states."""

from collections.abc import Mapping

from edge.core.place import EVERYWHERE
from edge.core.report.facts import Names
from edge.core.report_words import place

KINDS: Mapping[str, str] = {
    "intrusion": "Camera thấy",
    "flood_level": "Mực nước",
    "device": "Thiết bị có vấn đề",
    "horn": "Loa có vấn đề",
    "warning": "Cảnh báo từ nơi khác",
    "report": "Báo cáo từ thôn",
}
SEVERITIES: Mapping[str, str] = {
    "extreme": "đặc biệt nghiêm trọng",
    "severe": "nghiêm trọng",
    "moderate": "đáng chú ý",
    "minor": "nhẹ",
}
"""The gravest first."""
GRAVE = frozenset({"extreme", "severe"})
NOBODY = "người không còn trong danh sách"
TROUBLES: Mapping[str, str] = {
    "offline": "mất kết nối",
    "frozen": "đứng hình",
    "covered": "bị che",
    "moved": "bị xoay",
    "blurred": "bị mờ",
}


def word(table: Mapping[str, str], key: str) -> str:
    """What it is called; a new kind by its own name."""
    return table.get(key, key)


def where(hamlet: str, names: Names) -> str:
    """The name of a hamlet; what belongs to none says so."""
    return place(hamlet, {EVERYWHERE: "Toàn xã", **names.hamlets}) if hamlet else "Không ghi thôn"


def capital(words: str) -> str:
    """The first letter large, the rest as it is."""
    return words[:1].upper() + words[1:]

"""Who may ask for what. Checked by the supervisor for every request, whatever a page allowed."""

import unicodedata
from enum import StrEnum

from edge.core.errors import FinalError


class Role(StrEnum):
    """The kinds of people, and the wall itself.

    An official sees and does only what the phone page has; a viewer looks; an admin keeps people and settings and
    speaks through no horn.
    """

    WALL = "wall"
    DUTY = "duty"
    OPERATOR = "operator"
    LEADER = "leader"
    TECHNICIAN = "technician"
    OFFICIAL = "official"
    VIEWER = "viewer"
    ADMIN = "admin"


ROLE_NAMES = {
    Role.WALL: "màn hình",
    Role.DUTY: "trực ban",
    Role.OPERATOR: "phát thanh viên",
    Role.LEADER: "lãnh đạo xã",
    Role.TECHNICIAN: "kỹ thuật viên",
    Role.OFFICIAL: "cán bộ",
    Role.VIEWER: "người xem",
    Role.ADMIN: "quản trị",
}

_EVERYBODY = frozenset(Role) - {Role.OFFICIAL}
_LOOKERS = frozenset({Role.WALL, Role.VIEWER, Role.ADMIN})
_PEOPLE = _EVERYBODY - _LOOKERS
_WITH_ACCOUNT = frozenset(Role) - {Role.WALL}
_IN_THE_FIELD = frozenset({Role.DUTY, Role.LEADER, Role.OFFICIAL})
_COUNTERS = frozenset({Role.DUTY, Role.OPERATOR, Role.LEADER, Role.ADMIN})
"""Who brings figures of the commune's indicators."""
_KEEPERS = frozenset({Role.TECHNICIAN, Role.LEADER, Role.ADMIN})
ALLOWED: dict[str, frozenset[Role]] = {
    "GetState": _EVERYBODY,
    "Diagnose": frozenset({Role.TECHNICIAN}),
    "ReadText": _PEOPLE,
    "DraftBulletin": frozenset({Role.DUTY, Role.OPERATOR, Role.LEADER}),
    "ChangeBulletin": frozenset({Role.DUTY, Role.OPERATOR, Role.LEADER}),
    "SubmitBulletin": frozenset({Role.DUTY, Role.OPERATOR, Role.LEADER}),
    "AirTemplate": frozenset({Role.DUTY, Role.OPERATOR, Role.LEADER}),
    "PreviewTemplate": frozenset({Role.DUTY, Role.OPERATOR, Role.LEADER}),
    "ApproveTemplate": frozenset({Role.LEADER}),
    "SignOff": frozenset({Role.LEADER}),
    "ApproveBulletin": frozenset({Role.LEADER}),
    "ReturnBulletin": frozenset({Role.LEADER}),
    "AirBulletin": frozenset({Role.DUTY, Role.OPERATOR, Role.LEADER}),
    "StopHorns": _PEOPLE,
    "OrderUrgent": frozenset({Role.DUTY, Role.OPERATOR, Role.LEADER}),
    "GetCalendar": _PEOPLE,
    "PreviewProgramme": frozenset({Role.OPERATOR, Role.LEADER}),
    "AddProgramme": frozenset({Role.OPERATOR, Role.LEADER}),
    "ChangeProgramme": frozenset({Role.OPERATOR, Role.LEADER}),
    "RemoveProgramme": frozenset({Role.OPERATOR, Role.LEADER}),
    "StartStorm": frozenset({Role.DUTY, Role.LEADER}),
    "EndStorm": frozenset({Role.DUTY, Role.OPERATOR, Role.LEADER}),
    "BeginTalk": frozenset({Role.DUTY, Role.OPERATOR, Role.LEADER}),
    "EndTalk": frozenset({Role.DUTY, Role.OPERATOR, Role.LEADER}),
    "TestHorn": frozenset({Role.OPERATOR, Role.TECHNICIAN}),
    "GetBank": frozenset({Role.OPERATOR}),
    "KeepPrompt": frozenset({Role.OPERATOR}),
    "TryBank": frozenset({Role.OPERATOR}),
    "UploadRecording": frozenset({Role.OPERATOR, Role.LEADER}),
    "AnswerAlert": _PEOPLE,
    "TakeIncident": frozenset({Role.DUTY, Role.LEADER}),
    "SeeIncident": _PEOPLE | {Role.OFFICIAL},
    "CloseIncident": frozenset({Role.DUTY, Role.LEADER}),
    "JudgeIncident": frozenset({Role.DUTY, Role.LEADER, Role.TECHNICIAN}),
    "SuspendRule": frozenset({Role.DUTY, Role.LEADER, Role.TECHNICIAN}),
    "TryRule": frozenset({Role.TECHNICIAN, Role.LEADER}),
    "BeginView": _EVERYBODY - {Role.WALL},
    "NoteView": _EVERYBODY - {Role.WALL},
    "EndView": _EVERYBODY - {Role.WALL},
    "SetPrivacyAreas": frozenset({Role.TECHNICIAN, Role.LEADER, Role.ADMIN}),
    "ViewRecording": frozenset({Role.DUTY, Role.LEADER}),
    "PinSpan": frozenset({Role.DUTY, Role.LEADER}),
    "Unpin": frozenset({Role.LEADER}),
    "ExportSpan": frozenset({Role.LEADER}),
    "TakeExport": frozenset({Role.LEADER}),
    "ListAbbreviations": _PEOPLE,
    "SetAbbreviation": frozenset({Role.OPERATOR, Role.LEADER}),
    "RemoveAbbreviation": frozenset({Role.OPERATOR, Role.LEADER}),
    "TryAbbreviation": _PEOPLE,
    "SetLevels": frozenset({Role.LEADER, Role.TECHNICIAN}),
    "StopFloodAction": frozenset({Role.DUTY, Role.OPERATOR, Role.LEADER}),
    "SetEvacuated": frozenset({Role.DUTY, Role.LEADER}),
    "StartDrill": frozenset({Role.LEADER}),
    "EndDrill": frozenset({Role.DUTY, Role.LEADER}),
    "MakeReport": _PEOPLE,
    "MakeCommuneReport": frozenset({Role.OPERATOR, Role.LEADER, Role.TECHNICIAN}),
    "KeepSignedReport": frozenset({Role.LEADER, Role.TECHNICIAN}),
    "AddReport": frozenset({Role.DUTY, Role.OPERATOR, Role.LEADER}),
    "AnswerReport": frozenset({Role.DUTY, Role.OPERATOR, Role.LEADER}),
    "CloseReport": frozenset({Role.DUTY, Role.OPERATOR, Role.LEADER}),
    "GiveReading": frozenset({Role.DUTY, Role.OPERATOR, Role.LEADER}),
    "GiveIndicator": _COUNTERS,
    "RemoveIndicatorValue": _COUNTERS,
    "CheckTable": _COUNTERS,
    "ImportTable": _COUNTERS,
    "GetWater": _IN_THE_FIELD,
    "PhoneAct": _IN_THE_FIELD,
    "ReportFromHamlet": _IN_THE_FIELD,
    "AddPhoto": _IN_THE_FIELD,
    "DecideProposal": frozenset({Role.LEADER, Role.TECHNICIAN}),
    "AcceptKey": frozenset({Role.LEADER}),
    "RevokeKey": frozenset({Role.DUTY, Role.LEADER, Role.TECHNICIAN}),
    "Subscribe": _IN_THE_FIELD,
    "Unsubscribe": _IN_THE_FIELD,
    "NoteStick": frozenset({Role.TECHNICIAN}),
    "SendAgain": frozenset({Role.TECHNICIAN}),
    "TakeReceipt": frozenset({Role.TECHNICIAN}),
    "GetSettings": _KEEPERS,
    "GetSettingsForm": _KEEPERS,
    "PreviewSettings": _KEEPERS,
    "ApplySettings": _KEEPERS,
    "PreviewUndo": _KEEPERS,
    "UndoSettings": _KEEPERS,
    "CancelSettings": _KEEPERS,
    "GetMatters": frozenset({Role.DUTY, Role.OPERATOR, Role.LEADER}),
    "HandOver": frozenset({Role.DUTY, Role.OPERATOR, Role.LEADER}),
    "TakeOver": frozenset({Role.DUTY, Role.OPERATOR, Role.LEADER}),
    "ListRequests": frozenset({Role.LEADER, Role.ADMIN}),
    "AddRequest": frozenset({Role.DUTY, Role.LEADER, Role.ADMIN}),
    "StepRequest": frozenset({Role.LEADER, Role.ADMIN}),
    "GetUpkeep": _KEEPERS,
    "GetSupport": _PEOPLE | {Role.ADMIN},
    "OpenSupport": frozenset({Role.ADMIN}),
    "CloseSupport": _PEOPLE | {Role.ADMIN, Role.WALL},
    "VerifyAudit": frozenset({Role.LEADER, Role.ADMIN}),
    "SendDeadAgain": frozenset({Role.TECHNICIAN, Role.LEADER}),
    "LogIn": frozenset(),
    "GiveCode": _WITH_ACCOUNT,
    "BeginCode": _WITH_ACCOUNT,
    "ConfirmCode": _WITH_ACCOUNT,
    "ChangePassword": _WITH_ACCOUNT,
    "LogOut": _WITH_ACCOUNT,
    "GetMe": _WITH_ACCOUNT,
    "ListAccounts": frozenset({Role.ADMIN}),
    "AddAccount": frozenset({Role.ADMIN}),
    "ChangeAccount": frozenset({Role.ADMIN}),
    "ShutAccount": frozenset({Role.ADMIN}),
    "ResetAccount": frozenset({Role.ADMIN}),
    "EndSessions": frozenset({Role.ADMIN}),
}
OPEN = frozenset({"LogIn"})
"""What may be asked by nobody yet."""
ON_THE_WAY_IN: dict[str, frozenset[str]] = {
    "code": frozenset({"GiveCode", "LogOut"}),
    "password": frozenset({"ChangePassword", "LogOut"}),
    "enrol": frozenset({"BeginCode", "ConfirmCode", "LogOut"}),
}
"""What a log-in may ask that still needs this step (core.account.Stage); a whole one asks by its role."""
ON_THE_CONSOLE = frozenset(
    {
        *("GetState", "Diagnose", "NoteStick", "SendAgain", "TakeReceipt", "SendDeadAgain", "KeepSignedReport"),
        *("SetLevels", "DecideProposal", "AcceptKey", "RevokeKey"),
        *("ListAccounts", "AddAccount", "ShutAccount", "ResetAccount", "EndSessions"),
    }
)
"""What the box's own command line may ask without an account: nothing that sounds and nothing that approves a word."""


def is_same_name(one: str, other: str) -> bool:
    """Whether two names that people typed are one: capitals, spaces and the coding of accents do not count."""
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def check_right(role: str, request: str) -> Role:
    """The role, if it may ask this; raises FinalError with a sentence for the person."""
    try:
        known = Role(role)
    except ValueError as cause:
        raise FinalError(f"Vai trò không có: {role[:20]!r}.") from cause
    if known not in ALLOWED.get(request, frozenset()):
        raise FinalError(f"Vai trò {ROLE_NAMES[known]} không được làm việc này.")
    return known

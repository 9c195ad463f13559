"""What may be asked of the supervisor over its control socket: one length-framed JSON request, one reply.

The web process imports only this and ``edge.control.client``. Every request names the person; the supervisor checks
the right again by ``core.policy.rights``, whatever the page allowed. Every field is bounded here, so that not even a
page in wrong hands can take an id that the supervisor makes itself.
"""

from edge.control.protocol.base import (
    MAX_REPLY,
    MAX_REQUEST,
    MAX_TEXT,
    AnyReply,
    AtMs,
    Clips,
    Comment,
    Diagnose,
    Done,
    GetState,
    HamletName,
    Hamlets,
    KnownId,
    PersonName,
    PriorityName,
    Refused,
    Request,
    Sha,
    Uuid,
)
from edge.control.protocol.incidents import (
    CloseIncident,
    JudgeIncident,
    SeeIncident,
    SuspendRule,
    TakeIncident,
    TryRule,
)
from edge.control.protocol.recordings import (
    ExportSpan,
    PinSpan,
    TakeExport,
    Unpin,
    ViewRecording,
)
from edge.control.protocol.records import AddReport, AnswerReport, CloseReport, MakeReport
from edge.control.protocol.sounds import GetBank, KeepPrompt, LanguageCode, PromptKey, TryBank, UploadRecording
from edge.control.protocol.station import (
    MOST_OFFER,
    AirBulletin,
    ApproveBulletin,
    BeginTalk,
    DraftBulletin,
    EndTalk,
    ReadText,
    ReturnBulletin,
    StopHorns,
    TestHorn,
)

AnyRequest = (
    GetState
    | Diagnose
    | ReadText
    | DraftBulletin
    | ApproveBulletin
    | ReturnBulletin
    | AirBulletin
    | BeginTalk
    | EndTalk
    | StopHorns
    | TestHorn
    | TakeIncident
    | SeeIncident
    | CloseIncident
    | JudgeIncident
    | SuspendRule
    | TryRule
    | ViewRecording
    | PinSpan
    | Unpin
    | ExportSpan
    | TakeExport
    | GetBank
    | KeepPrompt
    | TryBank
    | UploadRecording
    | MakeReport
    | AddReport
    | AnswerReport
    | CloseReport
)

__all__ = [
    "AddReport",
    "AirBulletin",
    "AnswerReport",
    "AnyReply",
    "AnyRequest",
    "ApproveBulletin",
    "AtMs",
    "BeginTalk",
    "Clips",
    "CloseIncident",
    "CloseReport",
    "Comment",
    "Diagnose",
    "Done",
    "DraftBulletin",
    "EndTalk",
    "ExportSpan",
    "GetBank",
    "GetState",
    "HamletName",
    "Hamlets",
    "JudgeIncident",
    "KeepPrompt",
    "KnownId",
    "LanguageCode",
    "MAX_REPLY",
    "MAX_REQUEST",
    "MAX_TEXT",
    "MOST_OFFER",
    "MakeReport",
    "PersonName",
    "PinSpan",
    "PriorityName",
    "PromptKey",
    "ReadText",
    "Refused",
    "Request",
    "ReturnBulletin",
    "SeeIncident",
    "Sha",
    "StopHorns",
    "SuspendRule",
    "TakeExport",
    "TakeIncident",
    "TestHorn",
    "TryBank",
    "TryRule",
    "Unpin",
    "UploadRecording",
    "Uuid",
    "ViewRecording",
]

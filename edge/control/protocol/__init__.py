"""What may be asked of the supervisor over its control socket: one length-framed JSON request, one reply.

The web process imports only this and ``edge.control.client``. Every request names the person; the supervisor checks
the right again by ``core.policy.rights``, whatever the page allowed. Every field is bounded here, so that not even a
page in wrong hands can take an id that the supervisor makes itself.
"""

from edge.control.protocol.abbreviations import (
    ListAbbreviations,
    RemoveAbbreviation,
    ScopeName,
    SetAbbreviation,
    SpokenWords,
    TryAbbreviation,
    Written,
)
from edge.control.protocol.alerts import AnswerAlert
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
from edge.control.protocol.flood import EndDrill, SetEvacuated, SetLevels, StartDrill, StopFloodAction
from edge.control.protocol.incidents import (
    CloseIncident,
    JudgeIncident,
    SeeIncident,
    SuspendRule,
    TakeIncident,
    TryRule,
)
from edge.control.protocol.office import (
    AddRequest,
    AskName,
    GetMatters,
    GetUpkeep,
    HandOver,
    ListRequests,
    ShiftNotes,
    StepKind,
    StepRequest,
    TakeOver,
    VerifyAudit,
)
from edge.control.protocol.phone import (
    AddPhoto,
    Note,
    PersonId,
    PhoneAct,
    Place,
    PushEndpoint,
    PushKey,
    ReportFromHamlet,
    Subscribe,
    Unsubscribe,
    Waited,
)
from edge.control.protocol.programmes import (
    AddProgramme,
    ChangeProgramme,
    Day,
    EndStorm,
    GetCalendar,
    HourMinute,
    OrderUrgent,
    PartWish,
    PreviewProgramme,
    ProgrammeWish,
    RemoveProgramme,
    StartStorm,
)
from edge.control.protocol.province import AcceptKey, DecideProposal, RevokeKey
from edge.control.protocol.recordings import (
    ExportSpan,
    PinSpan,
    TakeExport,
    Unpin,
    ViewRecording,
)
from edge.control.protocol.records import (
    AddReport,
    AnswerReport,
    CloseReport,
    KeepSignedReport,
    MakeCommuneReport,
    MakeReport,
)
from edge.control.protocol.settings import (
    ApplySettings,
    CancelSettings,
    GetSettings,
    GetSettingsForm,
    PreviewSettings,
    PreviewUndo,
    RowNumber,
    SettingsNote,
    TableName,
    UndoSettings,
    VersionNumber,
)
from edge.control.protocol.sounds import GetBank, KeepPrompt, LanguageCode, PromptKey, TryBank, UploadRecording
from edge.control.protocol.station import (
    MOST_OFFER,
    AirBulletin,
    AirTemplate,
    ApproveBulletin,
    ApproveTemplate,
    BeginTalk,
    ChangeBulletin,
    DraftBulletin,
    EndTalk,
    PreviewTemplate,
    ReadText,
    ReturnBulletin,
    SignOff,
    StopHorns,
    SubmitBulletin,
    TestHorn,
    Values,
)
from edge.control.protocol.sync import FilePath, NoteStick, SendAgain, SendDeadAgain, TakeReceipt
from edge.control.protocol.water import GiveReading, QuantityName

AnyRequest = (
    GetState
    | Diagnose
    | ReadText
    | DraftBulletin
    | ApproveBulletin
    | ChangeBulletin
    | SubmitBulletin
    | ApproveTemplate
    | PreviewTemplate
    | AirTemplate
    | SignOff
    | ReturnBulletin
    | AirBulletin
    | BeginTalk
    | EndTalk
    | StopHorns
    | TestHorn
    | TakeIncident
    | AnswerAlert
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
    | GetCalendar
    | PreviewProgramme
    | AddProgramme
    | ChangeProgramme
    | RemoveProgramme
    | StartStorm
    | EndStorm
    | OrderUrgent
    | GetBank
    | KeepPrompt
    | TryBank
    | UploadRecording
    | MakeReport
    | MakeCommuneReport
    | KeepSignedReport
    | AddReport
    | AnswerReport
    | CloseReport
    | ListAbbreviations
    | SetAbbreviation
    | RemoveAbbreviation
    | TryAbbreviation
    | GiveReading
    | SetLevels
    | StopFloodAction
    | SetEvacuated
    | StartDrill
    | EndDrill
    | PhoneAct
    | ReportFromHamlet
    | AddPhoto
    | Subscribe
    | Unsubscribe
    | DecideProposal
    | AcceptKey
    | RevokeKey
    | NoteStick
    | SendAgain
    | SendDeadAgain
    | TakeReceipt
    | GetSettings
    | GetSettingsForm
    | PreviewSettings
    | ApplySettings
    | PreviewUndo
    | UndoSettings
    | CancelSettings
    | GetMatters
    | HandOver
    | TakeOver
    | ListRequests
    | AddRequest
    | StepRequest
    | VerifyAudit
    | GetUpkeep
)

__all__ = [
    "AddRequest",
    "AskName",
    "GetMatters",
    "GetUpkeep",
    "HandOver",
    "ListRequests",
    "ShiftNotes",
    "StepKind",
    "StepRequest",
    "TakeOver",
    "VerifyAudit",
    "ApplySettings",
    "CancelSettings",
    "GetSettings",
    "GetSettingsForm",
    "PreviewSettings",
    "PreviewUndo",
    "RowNumber",
    "SettingsNote",
    "TableName",
    "UndoSettings",
    "VersionNumber",
    "AcceptKey",
    "DecideProposal",
    "RevokeKey",
    "AddPhoto",
    "Note",
    "PersonId",
    "PhoneAct",
    "Place",
    "PushEndpoint",
    "PushKey",
    "ReportFromHamlet",
    "Subscribe",
    "Unsubscribe",
    "FilePath",
    "NoteStick",
    "SendAgain",
    "SendDeadAgain",
    "TakeReceipt",
    "Waited",
    "AddProgramme",
    "AddReport",
    "AirBulletin",
    "AirTemplate",
    "ChangeBulletin",
    "SignOff",
    "SubmitBulletin",
    "Values",
    "AnswerAlert",
    "AnswerReport",
    "AnyReply",
    "AnyRequest",
    "ApproveBulletin",
    "ApproveTemplate",
    "AtMs",
    "BeginTalk",
    "ChangeProgramme",
    "Clips",
    "CloseIncident",
    "CloseReport",
    "Comment",
    "Day",
    "Diagnose",
    "Done",
    "DraftBulletin",
    "EndDrill",
    "EndStorm",
    "EndTalk",
    "ExportSpan",
    "GetCalendar",
    "GetBank",
    "GiveReading",
    "QuantityName",
    "GetState",
    "HamletName",
    "Hamlets",
    "HourMinute",
    "JudgeIncident",
    "KeepPrompt",
    "KeepSignedReport",
    "KnownId",
    "ListAbbreviations",
    "LanguageCode",
    "MAX_REPLY",
    "MAX_REQUEST",
    "MAX_TEXT",
    "MOST_OFFER",
    "MakeCommuneReport",
    "MakeReport",
    "OrderUrgent",
    "PartWish",
    "PersonName",
    "PinSpan",
    "PreviewTemplate",
    "PreviewProgramme",
    "PriorityName",
    "ProgrammeWish",
    "PromptKey",
    "ReadText",
    "Refused",
    "RemoveProgramme",
    "Request",
    "RemoveAbbreviation",
    "ReturnBulletin",
    "ScopeName",
    "SeeIncident",
    "SetEvacuated",
    "SetLevels",
    "SetAbbreviation",
    "Sha",
    "SpokenWords",
    "StartDrill",
    "StartStorm",
    "StopFloodAction",
    "StopHorns",
    "SuspendRule",
    "TakeExport",
    "TakeIncident",
    "TestHorn",
    "TryAbbreviation",
    "TryBank",
    "TryRule",
    "Unpin",
    "UploadRecording",
    "Uuid",
    "ViewRecording",
    "Written",
]

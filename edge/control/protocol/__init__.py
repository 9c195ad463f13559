"""What may be asked of the supervisor over its control socket: one length-framed JSON request, one reply.

The web process imports only this and ``edge.control.client``. Every request carries the session of whoever asks; the
supervisor itself finds out who that is and what he may (``core.policy.rights``), whatever the page allowed.
Every field is bounded here, so that not even a page in wrong hands can take an id that the supervisor makes itself.
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
from edge.control.protocol.accounts import (
    AddAccount,
    BeginCode,
    ChangeAccount,
    ChangePassword,
    ConfirmCode,
    EndSessions,
    FromBrowser,
    GetMe,
    GiveCode,
    ListAccounts,
    LogIn,
    LoginName,
    LogOut,
    Own,
    PeopleRole,
    ResetAccount,
    ShutAccount,
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
    GetWater,
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
from edge.control.protocol.indicators import CheckTable, GiveIndicator, ImportTable, RemoveIndicatorValue
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
from edge.control.protocol.viewing import Areas, BeginView, EndView, NoteView, SetPrivacyAreas
from edge.control.protocol.water import GiveReading, QuantityName

AnyRequest = (
    GetState
    | GetWater
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
    | BeginView
    | NoteView
    | EndView
    | SetPrivacyAreas
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
    | GiveIndicator
    | RemoveIndicatorValue
    | CheckTable
    | ImportTable
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
    | LogIn
    | GiveCode
    | BeginCode
    | ConfirmCode
    | ChangePassword
    | LogOut
    | GetMe
    | ListAccounts
    | AddAccount
    | ChangeAccount
    | ShutAccount
    | ResetAccount
    | EndSessions
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
    "AcceptKey",
    "AddAccount",
    "AddPhoto",
    "AddProgramme",
    "AddReport",
    "AddRequest",
    "AirBulletin",
    "AirTemplate",
    "AnswerAlert",
    "AnswerReport",
    "AnyReply",
    "AnyRequest",
    "ApplySettings",
    "ApproveBulletin",
    "ApproveTemplate",
    "Areas",
    "AskName",
    "AtMs",
    "BeginCode",
    "BeginTalk",
    "BeginView",
    "CancelSettings",
    "ChangeAccount",
    "ChangeBulletin",
    "ChangePassword",
    "ChangeProgramme",
    "CheckTable",
    "Clips",
    "CloseIncident",
    "CloseReport",
    "Comment",
    "ConfirmCode",
    "Day",
    "DecideProposal",
    "Diagnose",
    "Done",
    "DraftBulletin",
    "EndDrill",
    "EndSessions",
    "EndStorm",
    "EndTalk",
    "EndView",
    "ExportSpan",
    "FilePath",
    "FromBrowser",
    "GetBank",
    "GetCalendar",
    "GetMatters",
    "GetMe",
    "GetSettings",
    "GetSettingsForm",
    "GetState",
    "GetWater",
    "GetUpkeep",
    "GiveCode",
    "GiveIndicator",
    "GiveReading",
    "HamletName",
    "Hamlets",
    "HandOver",
    "HourMinute",
    "ImportTable",
    "JudgeIncident",
    "KeepPrompt",
    "KeepSignedReport",
    "KnownId",
    "LanguageCode",
    "ListAbbreviations",
    "ListAccounts",
    "ListRequests",
    "LogIn",
    "LogOut",
    "LoginName",
    "MAX_REPLY",
    "MAX_REQUEST",
    "MAX_TEXT",
    "MOST_OFFER",
    "MakeCommuneReport",
    "MakeReport",
    "Note",
    "NoteStick",
    "NoteView",
    "OrderUrgent",
    "Own",
    "PartWish",
    "PeopleRole",
    "PersonId",
    "PersonName",
    "PhoneAct",
    "PinSpan",
    "Place",
    "PreviewProgramme",
    "PreviewSettings",
    "PreviewTemplate",
    "PreviewUndo",
    "PriorityName",
    "ProgrammeWish",
    "PromptKey",
    "PushEndpoint",
    "PushKey",
    "QuantityName",
    "ReadText",
    "Refused",
    "RemoveAbbreviation",
    "RemoveIndicatorValue",
    "RemoveProgramme",
    "ReportFromHamlet",
    "Request",
    "ResetAccount",
    "ReturnBulletin",
    "RevokeKey",
    "RowNumber",
    "ScopeName",
    "SeeIncident",
    "SendAgain",
    "SendDeadAgain",
    "SetAbbreviation",
    "SetEvacuated",
    "SetLevels",
    "SetPrivacyAreas",
    "SettingsNote",
    "Sha",
    "ShiftNotes",
    "ShutAccount",
    "SignOff",
    "SpokenWords",
    "StartDrill",
    "StartStorm",
    "StepKind",
    "StepRequest",
    "StopFloodAction",
    "StopHorns",
    "SubmitBulletin",
    "Subscribe",
    "SuspendRule",
    "TableName",
    "TakeExport",
    "TakeIncident",
    "TakeOver",
    "TakeReceipt",
    "TestHorn",
    "TryAbbreviation",
    "TryBank",
    "TryRule",
    "UndoSettings",
    "Unpin",
    "Unsubscribe",
    "UploadRecording",
    "Uuid",
    "Values",
    "VerifyAudit",
    "VersionNumber",
    "ViewRecording",
    "Waited",
    "Written",
]

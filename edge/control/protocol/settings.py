"""Requests about the settings of the box: read as a form, changed with a difference shown, taken back."""

from typing import Annotated, Any

from msgspec import Meta

from edge.control.protocol.base import Request, Sha, Uuid

TableName = Annotated[str, Meta(pattern=r"^[a-z_]+\Z", max_length=40)]
RowNumber = Annotated[int, Meta(ge=-1, le=200)]
"""A row of a table of rows, from 0; -1: a new one."""
VersionNumber = Annotated[int, Meta(ge=1, le=2**40)]
SettingsNote = Annotated[str, Meta(max_length=300)]


class GetSettings(Request, frozen=True):
    """All tables. Reply: {"tables": [{name, part, title, row, rows: int|null, set, may_change}], "base", "waiting"}.

    `base` names the text of the file as it is now; `waiting`: {seq, title, why} of a change that is not applied yet.
    """


class GetSettingsForm(Request, frozen=True):
    """A table as a form. Reply: {table, title, shape, rows: [{index, key, title}]|null, value, choices, base, …}.

    `value` is the single table, or the row that was asked for; secrets are dots. `choices`: ids and names by table.
    """

    table: TableName
    row: RowNumber | None = None


class PreviewSettings(Request, frozen=True):
    """What a change would do. Reply: {problem: {path, sentence}|null, changes: [...], lines: [...]}; nothing is kept.

    `row` null: the single table; `value` null: the row goes, or the table is left out of the file.
    """

    base: Sha
    table: TableName
    row: RowNumber | None
    value: dict[str, Any] | None


class ApplySettings(PreviewSettings, frozen=True):
    """Do it: kept as a version, applied by a restart once no horn sounds. Reply: {version, state, why}."""

    id: Uuid
    note: SettingsNote = ""


class PreviewUndo(Request, frozen=True):
    """What it would mean to go back to before this version.

    Reply: as PreviewSettings, with `base`: the text that it was compared with.
    """

    version: VersionNumber


class UndoSettings(PreviewUndo, frozen=True):
    """Go back to before this version, by a new version. Reply: as ApplySettings.

    `base` names the text that stood when whoever asks looked: what somebody else saved meanwhile is not thrown away.
    """

    base: Sha
    id: Uuid


class CancelSettings(Request, frozen=True):
    """The change that waits is not applied. Reply: {}."""


SettingsRequest = (
    GetSettings | GetSettingsForm | PreviewSettings | ApplySettings | PreviewUndo | UndoSettings | CancelSettings
)

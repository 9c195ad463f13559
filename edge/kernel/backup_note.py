"""What ``molang backup make`` leaves in the data folder, so that the pages can say how old the newest backup is."""

import msgspec

BACKUP_NOTE = "last-backup.json"


class BackupNote(msgspec.Struct, frozen=True):
    """The newest backup: when, where, how large, and how many lie there."""

    made_at_ms: int
    folder: str
    file: str
    bytes: int
    kept: int

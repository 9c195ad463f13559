"""A row in every table of the flood service."""

from edge.store.journal import Tx

_AT = 1_790_000_000_000


def flood_kept(tx: Tx) -> None:
    """A level that stands with what was done because of it, levels of a document, a roll call, a drill."""
    tx.run(
        "INSERT INTO gauge_levels VALUES ('song', 1, '[1.2, 2.2, 2.7]', 'Hòn Dấu', 'QĐ 05', '2020-01-31', 'config',"
        " '[]', 'tệp cấu hình', ?)",
        _AT,
    )
    tx.run("INSERT INTO flood_level VALUES ('song', 1, ?, ?, 1.3)", _AT, _AT)
    tx.run(
        "INSERT INTO flood_stand VALUES ('gauge/song/bao-dong', 'song', 'sông Minh', 1, 1.3, ?, 0, 0, '[\"song-1\"]',"
        " '[\"dong\"]')",
        _AT,
    )
    tx.run(
        "INSERT INTO flood_action SELECT id || '/sms', id, subject, 'song-1', 'sms', '', '[\"dong\"]', 0, 0, 0, 'done',"
        " '', ?, ? FROM incident ORDER BY id LIMIT 1",
        _AT,
        _AT,
    )
    tx.run("INSERT INTO roll_call VALUES (1, 'dong', 45, 120, 'An', 'leader', ?)", _AT)
    tx.run("INSERT INTO drill VALUES ('d', 'song', ?, 20, 'An', ?, 'hộp', 'Hết bài.')", _AT, _AT + 1_200_000)

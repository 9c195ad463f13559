"""A row in every table of the loudspeaker station, as SQL: an old database must hold what a newer program reads."""

from edge.store.journal import Tx
from tests.store.village import SHA256

ROWS = f"""
INSERT INTO abbreviation (written, scope, spoken, by_user, changed_at_ms) VALUES ('BQL', 'as_written', 'ban quản lý', 'lan', 1);
INSERT INTO fixed_clip (spoken, voice, model_sha256, clip, made_at_ms) VALUES ('hồ xả lũ', 'tone', '', '{SHA256}', 1);
INSERT INTO template_approval (template, seal, parts, approver, at_ms) VALUES ('xa-lu', '{SHA256}', '[["hồ xả lũ", "{SHA256}", "tone", ""]]', 'minh', 1);
INSERT INTO talk (id, kind, source, stream, horn_order, by_user, began_at_ms) VALUES ('t-1', 'microphone', '', 's-1', '1-1', 'lan', 1);
INSERT INTO programme (id, title, plan, storm, state, author, made_at_ms, changed_at_ms) VALUES ('c-1', 'Buổi sáng', '{{}}', 0, 'removed', 'lan', 1, 1);
INSERT INTO planned_airing (key, programme, at_ms, ms, hamlets, priority, source, ref, standby, title, gain_db, at_night, state, changed_at_ms) VALUES ('c-1/1', 'c-1', 1, 1, '["all"]', 1, 'notice', 'b-1', '', 'Tin', 0, 0, 'removed', 1);
INSERT INTO node_plan (horn, epoch, seq, floor_seq, hamlet, orders, payload, made_at_ms) VALUES ('loa-1', 1, 1, 1, 'dong', '[]', x'00', 1);
INSERT INTO air_note (item) VALUES ('b-1');
"""  # noqa: E501 - a table a line


def voice_kept(tx: Tx) -> None:
    """One of each."""
    for line in filter(None, ROWS.splitlines()):
        tx.run(line)

"""What a record in PostgreSQL really holds after a storm, by its own SQL; and the price of COPY of the same rows."""

from dataclasses import dataclass

from hil.postgres import Postgres
from hil.prove.province.light_boxes import source_of


@dataclass(frozen=True, slots=True)
class Kept:
    """``lost``: events of the boxes that are not there; ``twice``: more rows than keys; the rest speaks for itself."""

    lost: int
    twice: int
    out_of_order: int
    keys_apart: int

    @property
    def ok(self) -> bool:
        """Every event once, in the order of its lane."""
        return not (self.lost or self.twice or self.out_of_order or self.keys_apart)


_LOST = "SELECT count(*) FROM wanted LEFT JOIN event USING (source, seq) WHERE event.id IS DISTINCT FROM wanted.id"
_TWICE = "SELECT count(*) - count(DISTINCT (source, id)) FROM event"
_OUT_OF_ORDER = (
    "SELECT count(*) FROM (SELECT seq < lag(seq) OVER (PARTITION BY source, lane ORDER BY arrival) AS back FROM event)"
    " AS steps WHERE back"
)
_KEYS_APART = "SELECT count(*) FROM event FULL JOIN event_key USING (source, id) WHERE seq IS NULL OR content IS NULL"


def kept(cluster: Postgres, name: str, boxes: int, backlog: int) -> Kept:
    """Compare the record with what the boxes had: ``hil.prove.province.light_boxes`` numbers it from 1."""
    first = source_of(1).replace("1", "%s", 1)
    wanted = (
        f"CREATE TEMP TABLE wanted AS SELECT format('{first}', box) AS source, seq, format('7-%s', seq - 1) AS id"
        f" FROM generate_series(1, {boxes}) AS box, generate_series(1, {backlog}) AS seq"
    )
    lost = int(cluster.ask(name, f"{wanted}; {_LOST}"))
    return Kept(lost, *(int(cluster.ask(name, sql)) for sql in (_TWICE, _OUT_OF_ORDER, _KEYS_APART)))


def bytes_per_event(cluster: Postgres, name: str, events: int) -> float:
    """On the disk, with keys and every index, before anything is packed."""
    sizes = "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relname LIKE 'event%'"
    return float(cluster.ask(name, sizes)) / events


def copy_cpu_us(cluster: Postgres, name: str, events: int) -> float:
    """Microseconds of processor an event for COPY into the same table with the same indexes, nothing else."""
    file = cluster.folder / "rows.copy"
    cluster.ask(name, f"COPY (SELECT * FROM event ORDER BY arrival) TO '{file}' (FORMAT binary)")
    cluster.ask(name, "TRUNCATE event; CHECKPOINT")
    before = cluster.cpu_s()
    cluster.ask(name, f"COPY event FROM '{file}' (FORMAT binary); CHECKPOINT")
    after = cluster.cpu_s()
    file.unlink()
    return (after - before) * 1e6 / events

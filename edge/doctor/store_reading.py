"""The store as the doctor reads it: with no more rights than its owner has, though root calls him."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from edge.doctor.finding import Patient
from edge.kernel.process import as_owner_of
from edge.store.reader import Reader


@contextmanager
def reading(patient: Patient) -> Iterator[Reader]:
    """Open while the block runs; raises TransientError when there is no store.

    SQLite carries out what a journal beside the store says, and whoever owns the folder may have written that journal.
    """
    folder = patient.data if patient.data.exists() else patient.root
    with as_owner_of(folder), closing(Reader(patient.database)) as reader:
        yield reader

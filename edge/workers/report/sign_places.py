"""Empty signature fields in the PDF, where people sign on paper: any program that signs PDF finds them by itself."""

import io
from collections.abc import Sequence

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field
from reportlab.lib.units import mm
from reportlab.platypus import Flowable

HIGH = 24 * mm
FIELD = "ChuKy"
"""Their names: ChuKy1 is the leftmost."""


class SignPlace(Flowable):  # type: ignore[misc]  # the library ships no types
    """Room for a signature, which remembers on which page and where it was put, points from the lower left corner."""

    def __init__(self, number: int, wide: float) -> None:
        super().__init__()
        self.name = f"{FIELD}{number}"
        self.width, self.height = wide, HIGH
        self.page = 0
        self.box = (0, 0, 0, 0)

    def wrap(self, *_: float) -> tuple[float, float]:
        """How large it is, points."""
        return self.width, self.height

    def draw(self) -> None:
        """Nothing to see, but now it is known where it lies."""
        x, y = self.canv.absolutePosition(0, 0)
        self.page = self.canv.getPageNumber() - 1
        self.box = (round(x), round(y), round(x + self.width), round(y + self.height))


def with_fields(pdf: bytes, places: Sequence[SignPlace]) -> bytes:
    """The same file with its empty fields; as it is where nobody signs."""
    if not places:
        return pdf
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    for place in places:
        append_signature_field(writer, SigFieldSpec(place.name, on_page=place.page, box=place.box))
    out = io.BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]  # the library types the rest of it
    return out.getvalue()

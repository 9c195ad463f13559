"""What a signature shows on the page: who, of which office, when, in Vietnamese."""

import datetime as dt
import io
from dataclasses import dataclass
from pathlib import Path

from asn1crypto import x509
from pyhanko.pdf_utils.content import ImportedPdfPage
from pyhanko.pdf_utils.layout import AxisAlignment, InnerScaling, Margins, SimpleBoxLayoutRule
from pyhanko.stamp import StaticStampStyle
from reportlab.lib import colors
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from edge.core.local_time import VIETNAM
from edge.workers.report import look as fonts

WIDE, HIGH = 212.0, 68.0
INK = colors.HexColor("#0c6a61")
LARGEST, SMALLEST = 9.0, 5.5


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs, as his certificate says."""

    name: str
    office: str = ""
    organisation: str = ""

    @property
    def words(self) -> str:
        """Name, office and organisation in a line."""
        return ", ".join(part for part in (self.name, self.office, self.organisation) if part)


def signer_of(certificate: x509.Certificate) -> Signer:
    """The subject of a certificate."""
    named = certificate.subject.native
    office = named.get("title") or named.get("organizational_unit_name") or ""
    return Signer(_text(named.get("common_name", "?")), _text(office), _text(named.get("organization_name", "")))


def _text(value: object) -> str:
    """A part that stands there several times is a list."""
    words = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return " ".join(words.split())[:120]


def stamp(signer: Signer, at: dt.datetime, folder: Path) -> StaticStampStyle:
    """The picture for a signature field of any size; it lies in ``folder`` until the file is signed."""
    lines = [("Ký số bởi", signer.name), ("Chức vụ", signer.office), ("Cơ quan", signer.organisation)]
    when = at.astimezone(VIETNAM)
    lines.append(("Thời gian ký", f"{when:%d/%m/%Y %H:%M:%S} +07:00"))
    picture = folder / "stamp.pdf"
    picture.write_bytes(_drawn([(head, words) for head, words in lines if words]))
    page = ImportedPdfPage(str(picture))  # type: ignore[no-untyped-call]  # the library types the rest of it
    margins = Margins(0, 0, 0, 0)
    layout = SimpleBoxLayoutRule(AxisAlignment.ALIGN_MID, AxisAlignment.ALIGN_MID, margins, InnerScaling.SHRINK_TO_FIT)
    return StaticStampStyle(background=page, background_layout=layout, border_width=0)


def _drawn(lines: list[tuple[str, str]]) -> bytes:
    fonts.load_fonts()
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(WIDE, HIGH))
    canvas.setStrokeColor(INK)
    canvas.setFillColor(INK)
    canvas.roundRect(1, 1, WIDE - 2, HIGH - 2, 5, stroke=1, fill=0)
    step = (HIGH - 12) / len(lines)
    for number, (head, words) in enumerate(lines):
        text = f"{head}: {words}"
        font = fonts.BOLD if number == 0 else fonts.PLAIN
        canvas.setFont(font, _fitting(text, font))
        canvas.drawString(8, HIGH - 6 - (number + 0.72) * step, text)
    canvas.save()
    return file.getvalue()


def _fitting(text: str, font: str) -> float:
    wide: float = pdfmetrics.stringWidth(text, font, LARGEST)
    return max(SMALLEST, min(LARGEST, LARGEST * (WIDE - 16) / wide))

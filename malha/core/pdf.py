"""HTML to PDF by WeasyPrint. Its system library (Pango) may be missing: then this one feature is off and says so."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any

from django.utils.translation import gettext as _
from pypdf import PdfWriter

from malha.core.errors import BusinessError

try:
    import pydyf  # writes the objects of a PDF for WeasyPrint and comes with it
    import weasyprint
except OSError as error:  # the wheel is there, Pango is not
    weasyprint = None
    logging.getLogger(__name__).warning("PDF is off: %s", error)

POINTS_A_PIXEL = 0.75
BLOCK = 1 << 18
KEPT_IN_MEMORY = 8 << 20
STYLES = Path(__file__).parent / "print"
INSTALL_LINE = "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


def is_available() -> bool:
    """Whether this machine can make PDFs."""
    return weasyprint is not None


@dataclass(frozen=True, slots=True)
class Drawing:
    """Black rectangles (x, y, width, height in units, from the left and the top) in a box of ``width`` × ``height`` units."""

    width: int
    height: int
    rectangles: Sequence[tuple[int, int, int, int]]


def render(html: str, *, style: str, drawings: Mapping[str, Drawing] | None = None) -> bytes:
    """A whole HTML document as PDF, with the style sheet `core/print/<style>.css`. Nothing is ever fetched but `data:` addresses.

    A drawing fills the element whose id is its key. The same bars as SVG cost as much as the rest of the page: WeasyPrint reads a
    path number by number.

    Raises BusinessError("pdf_unavailable") when the system library is missing.
    """
    if weasyprint is None:
        raise BusinessError(
            "pdf_unavailable", _("This machine cannot make PDFs yet. Ask whoever runs it to install: %(line)s") % {"line": INSTALL_LINE}
        )
    page = weasyprint.HTML(string=html, url_fetcher=weasyprint.URLFetcher(allowed_protocols=("data",)))
    wanted = drawings or {}
    made: bytes = page.write_pdf(stylesheets=[_sheet(style)], finisher=lambda document, file: _draw(document, file, wanted))
    return made


def join(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Several PDFs as one, in their order, in blocks of bytes. Parts are asked for one at a time and begin to flow when all are read.

    WeasyPrint keeps the layout of every page until it writes the last one (a megabyte a page); written, a page is 20 kB.
    """
    writer = PdfWriter()
    for part in parts:
        writer.append(BytesIO(part), import_outline=False)
    with SpooledTemporaryFile(max_size=KEPT_IN_MEMORY) as file:
        writer.write(file)
        writer.close()
        file.seek(0)
        while block := file.read(BLOCK):
            yield block


@lru_cache(maxsize=16)
def _sheet(style: str) -> Any:
    return weasyprint.CSS(string=(STYLES / f"{style}.css").read_text(encoding="utf-8"))


def _draw(document: Any, file: Any, drawings: Mapping[str, Drawing]) -> None:
    """Put the drawings into the boxes that the layout gave to their elements."""
    for page, entry in zip(document.pages, file.pages["Kids"][::3], strict=True):
        ours = [(drawings[name], box) for name, box in page.anchors.items() if name in drawings]
        if ours:
            stream = pydyf.Stream([b"q 0 g", *(_painted(drawing, box, page.height) for drawing, box in ours), b"Q"], compress=True)
            file.add_object(stream)
            sheet = file.objects[entry]
            sheet["Contents"] = pydyf.Array([stream.reference, sheet["Contents"]])


def _painted(drawing: Drawing, box: tuple[float, float, float, float], page_height: float) -> bytes:
    """The operators of one drawing. Boxes are in CSS pixels from the top of the page, PDF counts points from its bottom."""
    left, top, right, bottom = (side * POINTS_A_PIXEL for side in box)
    across, down = (right - left) / drawing.width, (bottom - top) / drawing.height
    matrix = f"q {across:.5f} 0 0 {-down:.5f} {left:.4f} {page_height * POINTS_A_PIXEL - top:.4f} cm"
    rectangles = "\n".join(f"{x} {y} {width} {height} re" for x, y, width, height in drawing.rectangles)
    return f"{matrix}\n{rectangles}\nf Q".encode()

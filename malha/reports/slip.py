"""One boleto, carnê slip or plain fatura on paper: what is printed, and the PDF (payments.md §1.1, FEBRABAN's ficha de compensação).

Nothing is read here: the caller gives every text. Without a barcode it is an informal charge and no bank is named.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby
from typing import Any, Final

import segno
from django.template.loader import render_to_string
from django.utils.translation import ngettext

from malha.core import pdf
from malha.domain.boleto import itf_bars
from malha.domain.money import Money

SLIPS_ON_A_SHEET: Final = 3
CHUNK: Final = 30
# What a fatura has room for; more lines are printed smaller, and what is still too much becomes one line.
ROOMY_LINES: Final = 8
MOST_LINES: Final = 14


class Layout(StrEnum):
    """A4: one boleto a sheet. CARNE: three slips a sheet, with stub, behind a cover."""

    A4 = "A4"
    CARNE = "CARNE"


@dataclass(frozen=True, slots=True)
class SlipLine:
    """What is charged. A discount has a negative amount."""

    description: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Slip:
    """All that is printed of one charge. What is not known is "" and its field stays blank.

    ``bank_code`` as printed beside the logo ("341-7"); ``linha_digitavel`` with its dots and spaces; ``barcode`` 44 digits or "" for
    an informal charge; ``agencia_codigo`` as the bank writes it ("1234 / 56789-0"); ``pix`` the copia-e-cola; ``installment`` "3/12".
    """

    beneficiary: str
    beneficiary_document: str
    beneficiary_address: str
    payer: str
    payer_document: str
    payer_address: str
    document_number: str
    issued_on: date
    due_date: date
    amount: Money
    lines: tuple[SlipLine, ...] = ()
    bank_code: str = ""
    bank_name: str = ""
    linha_digitavel: str = ""
    barcode: str = ""
    agencia_codigo: str = ""
    nosso_numero: str = ""
    carteira: str = ""
    especie: str = "DM"
    aceite: str = "N"
    place_of_payment: str = ""
    instructions: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    pix: str = ""
    installment: str = ""


def slip_pdf(slips: Sequence[Slip], layout: Layout) -> bytes:
    """All slips as one PDF, in the order given.

    A carnê gets a cover wherever another payer begins, and starts a new sheet there. Raises BusinessError ``pdf_unavailable``,
    RuleError ``itf_shape`` for a barcode that is not an even number of digits, ValueError without slips.
    """
    if not slips:
        raise ValueError("nothing to print")
    drawings: dict[str, pdf.Drawing] = {}
    if layout == Layout.A4:
        html = render_to_string("print/boleto.html", {"slips": [_shown(slip, drawings) for slip in slips]})
    else:
        html = render_to_string("print/carne.html", {"booklets": [_booklet(own, drawings) for own in _by_payer(slips)]})
    return pdf.render(html, style="slip", drawings=drawings)


def stream_pdf(slips: Iterable[Slip], layout: Layout, *, chunk: int = CHUNK) -> Iterator[bytes]:
    """One PDF of any number of slips, in blocks; as ``slip_pdf`` draws them, ``chunk`` slips at a time, no booklet torn apart.

    ``slips`` may be a generator; it is read as it is drawn. Nothing is yielded before the last slip is drawn. Raises what ``slip_pdf``
    raises.
    """
    parts = _chunks(slips, layout, chunk)
    return pdf.join(slip_pdf(part, layout) for part in parts)


def _chunks(slips: Iterable[Slip], layout: Layout, size: int) -> Iterator[list[Slip]]:
    found: list[Slip] = []
    for own in _by_payer(slips) if layout == Layout.CARNE else ([slip] for slip in slips):
        found += own
        if len(found) >= size:
            yield found
            found = []
    if found:
        yield found


def _by_payer(slips: Iterable[Slip]) -> Iterator[list[Slip]]:
    for _payer, own in groupby(slips, key=lambda slip: (slip.payer, slip.payer_document)):
        yield list(own)


def _booklet(slips: Sequence[Slip], drawings: dict[str, pdf.Drawing]) -> dict[str, Any]:
    """Cover and sheets of one payer."""
    shown = [_shown(slip, drawings) for slip in slips]
    sheets = [shown[at : at + SLIPS_ON_A_SHEET] for at in range(0, len(shown), SLIPS_ON_A_SHEET)]
    first = shown[0]
    total = Money.total(slip.amount for slip in slips)
    return {"first": first, "slips": shown, "sheets": sheets, "total": total.format_brl(), "count": len(slips)}


def _shown(slip: Slip, drawings: dict[str, pdf.Drawing]) -> dict[str, Any]:
    """What the templates print: texts, the size each long one takes, and the ids of its drawings, which are added to ``drawings``."""
    key = len(drawings)
    bars_id, qr_id = f"bars{key}" if slip.barcode else "", f"qr{key}" if slip.pix else ""
    if slip.barcode:
        drawings[bars_id] = bars(slip.barcode)
    if slip.pix:
        drawings[qr_id] = qr(slip.pix)
    lines = _lines(slip.lines)
    return {
        "slip": slip,
        "due": _date(slip.due_date),
        "issued": _date(slip.issued_on),
        "amount": slip.amount.format_brl(),
        "bars": bars_id,
        "qr": qr_id,
        "lines": lines,
        "is_dense": len(lines) > ROOMY_LINES,
        "beneficiary_size": _size(f"{slip.beneficiary} {slip.beneficiary_document}", 66, 84),
        "name_size": _size(slip.beneficiary, 34, 52),
        "stub_name_size": _size(slip.beneficiary, 18, 26),
        "bank_size": _size(slip.bank_name, 14, 20),
        "whom_size": _size(slip.payer_address + slip.payer, 110, 160),
        "words_size": _words_size(slip),
        "payer_name_size": _size(slip.payer, 44, 60),
        "payer_size": _size(f"{slip.payer} {slip.payer_document}", 80, 100),
        "stub_payer_size": _size(slip.payer, 28, 56),
        "number_size": _size(slip.nosso_numero, 18, 22),
        "document_size": _size(slip.document_number, 12, 16),
    }


def _lines(lines: Sequence[SlipLine]) -> list[tuple[str, str]]:
    """At most MOST_LINES; the last then stands for all that found no room, with their sum."""
    shown, rest = (lines, ()) if len(lines) <= MOST_LINES else (lines[: MOST_LINES - 1], lines[MOST_LINES - 1 :])
    found = [(line.description, line.amount.format_number()) for line in shown]
    if rest:
        words = ngettext("%(count)d more item", "%(count)d more items", len(rest)) % {"count": len(rest)}
        found.append((words, Money.total(line.amount for line in rest).format_number()))
    return found


def _size(text: str, small: int, smallest: int) -> str:
    """The class that makes a long text smaller: more than ``small`` characters, more than ``smallest``."""
    return "xs" if len(text) > smallest else "sm" if len(text) > small else ""


def _words_size(slip: Slip) -> str:
    """By the rows that instructions and remarks take: a long one wraps."""
    rows = sum(1 + len(line) // 70 for line in (*slip.instructions, *slip.remarks))
    return "xs" if rows > 8 else "sm" if rows > 5 else ""


def _date(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def bars(digits: str) -> pdf.Drawing:
    """The bars of a boleto, quiet zones not. Raises RuleError ``itf_shape``."""
    rectangles, at = [], 0
    for is_bar, width in itf_bars(digits):
        if is_bar:
            rectangles.append((at, 0, width, 1))
        at += width
    return pdf.Drawing(at, 1, rectangles)


def qr(text: str) -> pdf.Drawing:
    """The QR code (error level M) of a copia-e-cola, quiet zone not. Raises ValueError for a text that is too long for any."""
    matrix = segno.make(text, error="m", micro=False, boost_error=False).matrix
    rectangles = []
    for y, row in enumerate(matrix):
        at = 0
        for is_dark, run in groupby(row):
            width = len(list(run))
            if is_dark:
                rectangles.append((at, y, width, 1))
            at += width
    return pdf.Drawing(len(matrix), len(matrix), rectangles)

"""What somebody pasted or scanned: a barcode, a linha digitável or a boleto de arrecadação."""

import re
from dataclasses import dataclass
from datetime import date

from malha.domain.boleto.arrecadacao import LINE_LENGTH, PRODUCT, Arrecadacao, parse_arrecadacao
from malha.domain.boleto.barcode import BARCODE_LENGTH, LINHA_LENGTH, Barcode, parse_barcode, parse_linha
from malha.domain.boleto.factor import due_date_of
from malha.domain.errors import RuleError
from malha.domain.text import is_ascii_digits

_FILLING = re.compile(r"[\s.\-\u00a0\u2010-\u2015]+")


@dataclass(frozen=True, slots=True)
class PastedBoleto:
    """A boleto read back. ``due_date`` None: contra-apresentação, or no date in the barcode."""

    barcode: Barcode
    due_date: date | None


def read_pasted(text: str, today: date) -> PastedBoleto | Arrecadacao:
    """The boleto of 44, 47 or 48 digits, in any grouping of points, blanks and hyphens.

    ``today`` decides between the cycles of the due-date factor. Raises RuleError ``pasted_shape`` when it is none of the three,
    else what the reader of that kind raises.
    """
    digits = _FILLING.sub("", text)
    if not is_ascii_digits(digits):
        raise RuleError("pasted_shape")
    if len(digits) == LINE_LENGTH or (len(digits) == BARCODE_LENGTH and digits[0] == PRODUCT):
        return parse_arrecadacao(digits)
    if len(digits) == LINHA_LENGTH:
        barcode = parse_linha(digits)
    elif len(digits) == BARCODE_LENGTH:
        barcode = parse_barcode(digits)
    else:
        raise RuleError("pasted_shape")
    return PastedBoleto(barcode, due_date_of(barcode.factor, today))

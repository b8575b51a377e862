"""Files of Banco Inter: CNAB 400 with positions of its own in the retorno.

Retorno: payments.md §6. On carteira 112 the bank gives the nosso número, so the remessa carries none and the title is known by our own
reference. The remessa follows the public layout and is not confirmed by a test file; it has no instruction but the entry.
"""

from dataclasses import replace
from typing import Final

from malha.domain.cnab import base400
from malha.domain.cnab.fields import Field, Kind, Record
from malha.domain.cnab.layouts import Flag, Format, Layout, When
from malha.domain.cnab.occurrences import kinds
from malha.domain.cnab.orders import Movement, Species
from malha.domain.money import ZERO

CODE: Final = "077"
NAME: Final = "INTER"
NUMBER, DIGITS, TEXT, CENTS, DATE, RATE = Kind.NUMBER, Kind.DIGITS, Kind.TEXT, Kind.CENTS, Kind.DATE, Kind.RATE

HEADER: Final = base400.HEADER.amended(Field("system", 109, 110, TEXT, "MX"), Field("sequence", 111, 117, NUMBER))
DETAIL: Final = Record(
    "detail",
    base400.LENGTH,
    (
        Field("record_type", 1, 1, NUMBER, 1),
        Field("carteira", 21, 23, DIGITS),
        Field("branch", 24, 27, DIGITS),
        Field("account_with_dv", 28, 37, DIGITS),
        Field("company_use", 38, 62, Kind.CODE),
        Field("zeros", 63, 65, NUMBER, 0),
        Field("fine_code", 66, 66, DIGITS),
        Field("fixed_fine", 67, 79, CENTS, ZERO),
        Field("fine_rate", 80, 83, RATE),
        Field("fine_on", 84, 89, DATE),
        Field("nosso_numero_with_dv", 90, 100, DIGITS),
        Field("movement", 109, 110, DIGITS),
        Field("document_number", 111, 120, TEXT),
        Field("due_on", 121, 126, DATE),
        Field("amount", 127, 139, CENTS),
        Field("write_off_days", 140, 141, NUMBER),
        Field("species", 148, 149, TEXT),
        Field("accepted", 150, 150, TEXT, "N"),
        Field("issued_on", 151, 156, DATE),
        Field("interest_code", 160, 160, DIGITS),
        Field("interest_per_day", 161, 173, CENTS),
        Field("no_interest_rate", 174, 177, NUMBER, 0),
        Field("interest_on", 178, 183, DATE),
        Field("discount_code", 184, 184, DIGITS),
        Field("discount", 185, 197, CENTS),
        Field("discount_rate", 198, 201, NUMBER, 0),
        Field("discount_until", 202, 207, DATE),
        Field("abatement", 208, 220, CENTS),
        Field("payer_type", 221, 222, DIGITS),
        Field("payer_document", 223, 236, Kind.DOCUMENT),
        Field("payer_name", 237, 276, TEXT),
        Field("payer_address", 277, 316, TEXT),
        Field("payer_cep", 317, 324, DIGITS),
        Field("message_1", 325, 394, TEXT),
        Field("record_number", 395, 400, NUMBER),
    ),
)
RETURN_DETAIL: Final = Record(
    "detail",
    base400.LENGTH,
    (
        Field("occurrence", 90, 91, TEXT),
        Field("occurred_on", 92, 97, DATE),
        Field("document_number", 98, 107, TEXT),
        Field("due_on", 119, 124, DATE),
        Field("amount", 125, 137, CENTS),
        Field("paid", 160, 172, CENTS),
    ),
)
LAYOUT_400: Final = Layout(
    CODE,
    NAME,
    Format.CNAB400,
    base400.remittance(
        HEADER,
        DETAIL,
        species={Species.MERCHANT: "01", Species.SERVICE: "01", Species.RECEIPT: "01", Species.OTHER: "01"},
        movements={Movement.REGISTER: "01"},
        flags={
            "fine_code": Flag(When.FINE, "2", "0"),
            "interest_code": Flag(When.INTEREST, "1", "0"),
            "discount_code": Flag(When.DISCOUNT, "1", "0"),
        },
    ),
    replace(
        base400.returns(
            nosso_numero=(71, 81),
            dvs=1,
            credit_on=(173, 178),
            base=RETURN_DETAIL,
            kinds=kinds(REGISTERED="02", REJECTED="03", PAID="06", WRITTEN_OFF="07 09", OTHER="04"),
        ),
        motives={},
    ),
)

LAYOUTS: Final = (LAYOUT_400,)

"""Files of Sicredi: CNAB 240 and 400. Nosso número is year, byte, sequence and check digit, nine digits.

Retornos: payments.md §5, §6. A retorno of 400 carries nothing of ours: titles are known by nosso número. The remessas follow the public
layouts and are not confirmed by a test file.
"""

from dataclasses import replace
from typing import Final

from malha.domain.cnab import base240, base400
from malha.domain.cnab.fields import Field, Kind
from malha.domain.cnab.layouts import Flag, Format, Layout, When
from malha.domain.cnab.occurrences import kinds
from malha.domain.cnab.orders import Species

CODE: Final = "748"
NAME: Final = "SICREDI"
NUMBER, DIGITS, TEXT, RATE, ISO = Kind.NUMBER, Kind.DIGITS, Kind.TEXT, Kind.RATE, Kind.DATE_ISO

LAYOUT_240: Final = Layout(
    CODE,
    NAME,
    Format.CNAB240,
    base240.amended(
        ("file_header", base240.FILE_HEADER.amended(Field("density", 167, 171, NUMBER, 1600), without=("agreement",))),
        ("lot_header", base240.LOT_HEADER.amended(without=("agreement",))),
        versions=("081", "040"),
    ),
    replace(base240.RETURNS, nosso_numero_dvs=1),
)

HEADER: Final = base400.HEADER.amended(
    Field("agreement", 27, 31, DIGITS),
    Field("company_document", 32, 45, Kind.DOCUMENT),
    Field("generated_on", 95, 102, ISO),
    Field("sequence", 111, 117, NUMBER),
    Field("version", 391, 394, TEXT, "2.00"),
    without=("company_name",),
)
DETAIL: Final = base400.DETAIL.amended(
    Field("collection", 2, 4, TEXT, "AAA"),
    Field("currency", 17, 17, TEXT, "A"),
    Field("discount_kind", 18, 18, TEXT, "A"),
    Field("interest_kind", 19, 19, TEXT, "A"),
    Field("nosso_numero_with_dv", 48, 56, DIGITS),
    Field("generated_on", 63, 70, ISO),
    Field("posted", 72, 72, TEXT, "N"),
    Field("issued_by", 74, 74, TEXT, "B"),
    Field("discount_per_day", 83, 92, NUMBER, 0),
    Field("fine_rate", 93, 96, RATE),
    Field("species", 149, 149, TEXT),
    Field("payer_code", 315, 319, NUMBER, 0),
    Field("zeros", 320, 325, NUMBER, 0),
    Field("payer_code_2", 335, 339, NUMBER, 0),
    without=("company_type", "company_document", "company_use", "bank", "collecting_branch", "payer_district", "payer_city", "payer_uf"),
)
TRAILER: Final = base400.TRAILER.amended(
    Field("direction", 2, 2, NUMBER, 1),
    Field("bank", 3, 5, DIGITS),
    Field("agreement", 6, 10, DIGITS),
)
KINDS: Final = kinds(
    REGISTERED="02",
    REJECTED="03 24",
    PAID="06 15 17",
    WRITTEN_OFF="09 10",
    DUE_CHANGED="14",
    INSTRUCTION_REJECTED="27 30 32",
    FEE="28",
    PROTEST="19 20 23",
    OTHER="12 13 29 33 34 35",
)
LAYOUT_400: Final = Layout(
    CODE,
    NAME,
    Format.CNAB400,
    base400.remittance(
        HEADER,
        DETAIL,
        movements=base400.MOVEMENTS_WITH_31,
        species={Species.MERCHANT: "A", Species.SERVICE: "J", Species.RECEIPT: "G", Species.OTHER: "K"},
        flags={"payer_type": Flag(When.PAYER_IS_COMPANY, "20", "10")},
        trailer=TRAILER,
    ),
    replace(
        base400.returns(
            Field("credit_on", 329, 336, ISO),
            nosso_numero=(48, 62),
            dvs=1,
            company_use=None,
            credit_on=(329, 336),
            motives_at=(319, 328),
            kinds=KINDS,
        ),
        header=base400.RETURN_HEADER.amended(
            Field("generated_on", 95, 102, ISO), Field("sequence", 111, 117, TEXT), without=("company_name",)
        ),
    ),
)

LAYOUTS: Final = (LAYOUT_240, LAYOUT_400)

"""Files of Unicred: CNAB 240 as FEBRABAN has it and 400.

Retorno of 400: payments.md §6. The uso da empresa that §6 gives at 38-62 would hold the nosso número, at 52-62, inside itself: it is not
read, titles are known by nosso número. Codes that §6 does not name stay unknown, 09 among them: other layouts of this bank use it for
something else. The remessas and the 240 follow the public layouts and are not confirmed by a test file.
"""

from dataclasses import replace
from typing import Final

from malha.domain.cnab import base240, base400
from malha.domain.cnab.fields import Field, Kind
from malha.domain.cnab.layouts import Flag, Format, Layout, When
from malha.domain.cnab.occurrences import kinds

CODE: Final = "136"
NAME: Final = "UNICRED"
NUMBER, DIGITS, TEXT = Kind.NUMBER, Kind.DIGITS, Kind.TEXT

LAYOUT_240: Final = Layout(
    CODE,
    NAME,
    Format.CNAB240,
    base240.amended(versions=("085", "044")),
    replace(base240.RETURNS, nosso_numero_dvs=1),
)

HEADER: Final = base400.HEADER.amended(
    Field("agreement", 27, 46, DIGITS),
    Field("zeros", 108, 110, NUMBER, 0),
    Field("sequence", 111, 117, NUMBER),
)
DETAIL: Final = base400.DETAIL.amended(
    Field("branch", 2, 6, DIGITS),
    Field("branch_dv", 7, 7, TEXT),
    Field("account", 8, 19, DIGITS),
    Field("account_dv", 20, 20, TEXT),
    Field("zero", 21, 21, NUMBER, 0),
    Field("carteira", 22, 24, DIGITS),
    Field("zeros", 25, 37, NUMBER, 0),
    Field("bank", 63, 65, DIGITS),
    Field("zeros_2", 66, 67, NUMBER, 0),
    Field("zero_3", 93, 93, NUMBER, 0),
    Field("fine_code", 94, 94, DIGITS),
    Field("fine_rate", 95, 104, Kind.RATE),
    Field("interest_code", 105, 105, DIGITS),
    Field("discountable", 106, 106, TEXT, "N"),
    Field("zeros_4", 140, 149, NUMBER, 0),
    Field("discount_code", 150, 150, DIGITS),
    Field("zero_5", 157, 157, NUMBER, 0),
    Field("protest_code", 158, 158, NUMBER, 3),
    Field("protest_days", 159, 160, NUMBER, 0),
    Field("nosso_numero_with_dv", 193, 203, DIGITS),
    Field("zeros_6", 204, 205, NUMBER, 0),
    Field("payer_city", 335, 354, TEXT),
    Field("payer_uf", 355, 356, TEXT),
)
LAYOUT_400: Final = Layout(
    CODE,
    NAME,
    Format.CNAB400,
    base400.remittance(
        HEADER,
        DETAIL,
        species={},
        flags={
            "fine_code": Flag(When.FINE, "2", "3"),
            "interest_code": Flag(When.INTEREST, "1", "5"),
            "discount_code": Flag(When.DISCOUNT, "1", "0"),
        },
    ),
    base400.returns(
        nosso_numero=(52, 62),
        dvs=1,
        company_use=None,
        credit_on=(176, 181),
        motives_at=(319, 326),
        kinds=kinds(REGISTERED="02", REJECTED="03", PAID="06", DUE_CHANGED="14", INSTRUCTION_REJECTED="26"),
    ),
)

LAYOUTS: Final = (LAYOUT_240, LAYOUT_400)

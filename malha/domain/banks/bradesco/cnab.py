"""Files of Bradesco: CNAB 240 and 400. Cresol takes the 400 with its own number.

Retornos: payments.md §5, §6; the place of nosso número in segment T (46-57) and the remessas follow the public layouts and are not
confirmed by a test file.
"""

from dataclasses import replace
from typing import Final

from malha.domain.cnab import base240, base400
from malha.domain.cnab.fields import Field, Kind
from malha.domain.cnab.layouts import Flag, Format, Layout, Remittance, Returns, When
from malha.domain.cnab.occurrences import kinds
from malha.domain.cnab.orders import Species

CODE: Final = "237"
NAME: Final = "BRADESCO"
NUMBER, DIGITS, TEXT, RATE = Kind.NUMBER, Kind.DIGITS, Kind.TEXT, Kind.RATE

# -- 240 ---------------------------------------------------------------------------------------------------------------------------------

P: Final = base240.P.amended(
    Field("carteira", 38, 40, DIGITS),
    Field("zeros", 41, 45, NUMBER, 0),
    Field("nosso_numero", 46, 56, DIGITS),
    Field("nosso_numero_dv", 57, 57, TEXT),
)
LAYOUT_240: Final = Layout(
    CODE,
    NAME,
    Format.CNAB240,
    base240.amended(
        ("file_header", base240.FILE_HEADER.amended(Field("agreement", 33, 52, DIGITS))),
        ("lot_header", base240.LOT_HEADER.amended(Field("agreement", 34, 53, DIGITS))),
        ("P", P),
        versions=("084", "042"),
    ),
    replace(base240.RETURNS, detail=base240.T.amended(Field("nosso_numero", 46, 57, Kind.CODE)), nosso_numero_dvs=1),
)

# -- 400 ---------------------------------------------------------------------------------------------------------------------------------

HEADER: Final = base400.HEADER.amended(
    Field("agreement", 27, 46, DIGITS),
    Field("system", 109, 110, TEXT, "MX"),
    Field("sequence", 111, 117, NUMBER),
)
DETAIL: Final = base400.DETAIL.amended(
    Field("zero", 21, 21, NUMBER, 0),
    Field("carteira", 22, 24, DIGITS),
    Field("branch", 25, 29, DIGITS),
    Field("account", 30, 36, DIGITS),
    Field("account_dv", 37, 37, TEXT),
    Field("debit_bank", 63, 65, NUMBER, 0),
    Field("fine_code", 66, 66, DIGITS),
    Field("fine_rate", 67, 70, RATE),
    Field("nosso_numero", 71, 81, DIGITS),
    Field("nosso_numero_dv", 82, 82, TEXT),
    Field("bonus", 83, 92, NUMBER, 0),
    Field("issued_by", 93, 93, NUMBER, 2),
    Field("debit_notice", 106, 106, NUMBER, 2),
    Field("no_bank", 140, 142, NUMBER, 0),
    Field("message_1", 335, 394, TEXT),
    without=("company_type", "company_document", "bank"),
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
    # 16: cheque not yet cleared; 22: payment cancelled.
    OTHER="11 12 13 16 18 21 22 25 29 33 34 35",
)
REMITTANCE_400: Final[Remittance] = base400.remittance(
    HEADER,
    DETAIL,
    movements=base400.MOVEMENTS_WITH_31,
    species={Species.MERCHANT: "01", Species.SERVICE: "12", Species.RECEIPT: "05", Species.OTHER: "99"},
    flags={"fine_code": Flag(When.FINE, "2", "0")},
)
RETURNS_400: Final[Returns] = base400.returns(
    nosso_numero=(71, 82),
    dvs=1,
    credit_on=(296, 301),
    motives_at=(319, 328),
    sequence=(109, 113),
    kinds=KINDS,
)
LAYOUT_400: Final = Layout(CODE, NAME, Format.CNAB400, REMITTANCE_400, RETURNS_400)

LAYOUTS: Final = (LAYOUT_240, LAYOUT_400)

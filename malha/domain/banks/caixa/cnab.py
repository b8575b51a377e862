"""Files of Caixa (SIGCB): CNAB 240 and 400.

Retornos: payments.md §5, §6. Nosso número stands at 40-56 in segment T and at 41-57 in segment P. The remessas follow the public layouts
and are not confirmed by a test file. In 400 an entry is confirmed by 01 and a title settled by 21 and 22.
"""

from dataclasses import replace
from typing import Final

from malha.domain.cnab import base240, base400
from malha.domain.cnab.fields import Field, Kind
from malha.domain.cnab.layouts import Flag, Format, Layout, When
from malha.domain.cnab.occurrences import FEBRABAN_KINDS, LineKind, kinds
from malha.domain.cnab.orders import Movement, Species

CODE: Final = "104"
NAME: Final = "CAIXA ECONOMICA FEDERAL"
NUMBER, DIGITS, TEXT, DATE, CENTS = Kind.NUMBER, Kind.DIGITS, Kind.TEXT, Kind.DATE, Kind.CENTS

# -- 240 ---------------------------------------------------------------------------------------------------------------------------------

FILE_HEADER_240: Final = base240.FILE_HEADER.amended(
    Field("zeros", 33, 52, NUMBER, 0),
    Field("agreement", 59, 65, DIGITS),
    Field("zeros_2", 66, 72, NUMBER, 0),
    Field("purpose", 192, 211, TEXT, "REMESSA-PRODUCAO"),
    without=("account", "account_dv"),
)
LOT_HEADER_240: Final = base240.LOT_HEADER.amended(
    Field("agreement", 34, 40, DIGITS),
    Field("zeros", 41, 53, NUMBER, 0),
    Field("zeros_2", 60, 73, NUMBER, 0),
    without=("account", "account_dv"),
)
P: Final = base240.P.amended(
    Field("agreement", 24, 30, DIGITS),
    Field("zeros", 31, 40, NUMBER, 0),
    Field("nosso_numero", 41, 57, DIGITS),
    Field("document_number", 63, 73, TEXT),
)
LAYOUT_240: Final = Layout(
    CODE,
    NAME,
    Format.CNAB240,
    base240.amended(
        ("file_header", FILE_HEADER_240),
        ("lot_header", LOT_HEADER_240),
        ("P", P),
        versions=("101", "060"),
        flags={"distributed_by": Flag(When.PIX, "Q", "0")},
    ),
    replace(
        base240.RETURNS,
        detail=base240.T.amended(Field("nosso_numero", 40, 56, Kind.CODE)),
        kinds={**FEBRABAN_KINDS, "46": LineKind.PAID},
    ),
)

# -- 400 ---------------------------------------------------------------------------------------------------------------------------------

HEADER: Final = base400.HEADER.amended(
    Field("branch", 27, 30, DIGITS),
    Field("agreement", 31, 36, DIGITS),
    Field("sequence", 390, 394, NUMBER),
)
DETAIL: Final = base400.DETAIL.amended(
    Field("branch", 18, 21, DIGITS),
    Field("agreement", 22, 27, DIGITS),
    Field("issued_by", 28, 28, NUMBER, 2),
    Field("posted_by", 29, 29, NUMBER, 0),
    Field("fee_rule", 30, 31, NUMBER, 0),
    Field("company_use", 32, 56, Kind.CODE),
    Field("nosso_numero", 57, 73, DIGITS),
    Field("carteira", 107, 108, DIGITS),
    Field("instruction_1", 157, 158, DIGITS),
    Field("fine_on", 352, 357, DATE),
    Field("fine_amount", 358, 367, CENTS),
    Field("instruction_3", 390, 391, NUMBER, 0),
    Field("write_off_days", 392, 393, NUMBER),
    Field("currency", 394, 394, NUMBER, 1),
)
MOVEMENTS: Final = {
    Movement.REGISTER: "01",
    Movement.CANCEL: "02",
    Movement.GRANT_ABATEMENT: "03",
    Movement.CANCEL_ABATEMENT: "04",
    Movement.CHANGE_DUE: "05",
    Movement.CHANGE_OTHER: "09",
}
KINDS: Final = kinds(
    REGISTERED="01",
    REJECTED="99",
    PAID="21 22",
    WRITTEN_OFF="02 23 24 25",
    DUE_CHANGED="05",
    FEE="31 32",
    PROTEST="26 27 28 29",
    # 33 takes a write-off or settlement back: a person looks at it.
    OTHER="03 04 06 07 08 09 10 11 12 20 30 33 34",
)
LAYOUT_400: Final = Layout(
    CODE,
    NAME,
    Format.CNAB400,
    base400.remittance(
        HEADER,
        DETAIL,
        species={Species.MERCHANT: "01", Species.SERVICE: "03", Species.RECEIPT: "09", Species.OTHER: "09"},
        movements=MOVEMENTS,
        flags={"instruction_1": Flag(When.WRITE_OFF, "02", "00")},
    ),
    base400.returns(
        nosso_numero=(57, 73),
        dvs=0,
        company_use=(32, 56),
        credit_on=(294, 299),
        motives_at=(80, 82),
        motive_width=3,
        motives={},
        sequence=(390, 394),
        kinds=KINDS,
    ),
)

LAYOUTS: Final = (LAYOUT_240, LAYOUT_400)

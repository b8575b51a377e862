"""Files of Sicoob: CNAB 240 and 400. ``variation`` of the beneficiary is the modalidade (01 simple with registration).

Retornos: payments.md §5, §6; what reached the account in 400 (306-318) and the remessas follow the public layouts and are not confirmed
by a test file. Motives of 400 are kept as codes: their table was not at hand.
"""

from dataclasses import replace
from typing import Final

from malha.domain.cnab import base240, base400
from malha.domain.cnab.fields import Field, Kind
from malha.domain.cnab.layouts import Format, Layout
from malha.domain.cnab.occurrences import FEBRABAN_KINDS, LineKind, kinds
from malha.domain.cnab.orders import Species

CODE: Final = "756"
NAME: Final = "SICOOB"
NUMBER, DIGITS, TEXT, RATE = Kind.NUMBER, Kind.DIGITS, Kind.TEXT, Kind.RATE

P: Final = base240.P.amended(
    Field("nosso_numero_with_dv", 38, 47, DIGITS),
    Field("instalment", 48, 49, NUMBER, 1),
    Field("variation", 50, 51, DIGITS),
    Field("form", 52, 52, NUMBER, 4),
    Field("registered_form", 59, 59, NUMBER, 0),
    Field("document_form", 60, 60, TEXT, ""),
    Field("collecting_branch_dv", 106, 106, TEXT, ""),
)
LAYOUT_240: Final = Layout(
    CODE,
    NAME,
    Format.CNAB240,
    base240.amended(
        ("file_header", base240.FILE_HEADER.amended(Field("account_end_dv", 72, 72, NUMBER, 0), without=("agreement",))),
        ("lot_header", base240.LOT_HEADER.amended(without=("agreement",))),
        ("P", P),
        versions=("081", "040"),
    ),
    replace(
        base240.RETURNS,
        detail=base240.T.amended(Field("nosso_numero", 38, 47, Kind.CODE)),
        nosso_numero_dvs=1,
        kinds={**FEBRABAN_KINDS, "50": LineKind.PAID},
    ),
)

HEADER: Final = base400.HEADER.amended(
    Field("branch", 27, 30, DIGITS),
    Field("branch_dv", 31, 31, TEXT),
    Field("agreement", 32, 40, DIGITS),
    Field("sequence", 101, 107, NUMBER),
)
DETAIL: Final = base400.DETAIL.amended(
    Field("branch", 18, 21, DIGITS),
    Field("branch_dv", 22, 22, TEXT),
    Field("account", 23, 30, DIGITS),
    Field("account_dv", 31, 31, TEXT),
    Field("zeros", 32, 37, NUMBER, 0),
    Field("nosso_numero_with_dv", 63, 74, DIGITS),
    Field("instalment", 75, 76, NUMBER, 1),
    Field("group", 77, 78, NUMBER, 0),
    Field("variation_code", 86, 88, NUMBER, 0),
    Field("caution", 89, 89, NUMBER, 0),
    Field("guarantee", 90, 95, NUMBER, 0),
    Field("bordero", 96, 101, NUMBER, 0),
    Field("issued_by", 106, 106, NUMBER, 2),
    Field("variation", 107, 108, DIGITS),
    Field("accepted", 150, 150, NUMBER, 0),
    Field("interest_rate", 161, 166, RATE, decimals=4),
    Field("fine_rate", 167, 172, RATE, decimals=4),
    Field("distributed_by", 173, 173, NUMBER, 2),
    Field("currency", 193, 193, NUMBER, 9),
    Field("iof", 194, 205, NUMBER, 0),
    Field("payer_name", 235, 271, TEXT),
    Field("message_1", 352, 391, TEXT),
    Field("protest_days", 392, 393, NUMBER, 0),
)
KINDS: Final = kinds(
    REGISTERED="02",
    REJECTED="03",
    PAID="05 06 15",
    WRITTEN_OFF="09 10",
    DUE_CHANGED="14",
    FEE="28 96 97 98",
    PROTEST="19 23 24",
    OTHER="11 12 13 20 21 22",
)
LAYOUT_400: Final = Layout(
    CODE,
    NAME,
    Format.CNAB400,
    base400.remittance(
        HEADER,
        DETAIL,
        movements=base400.MOVEMENTS_WITH_31,
        species={Species.MERCHANT: "01", Species.SERVICE: "12", Species.RECEIPT: "05", Species.OTHER: "99"},
    ),
    base400.returns(
        Field("fee", 182, 188, Kind.CENTS),
        Field("credited", 306, 318, Kind.CENTS),
        nosso_numero=(63, 73),
        dvs=0,
        credit_on=(176, 181),
        motives_at=(319, 328),
        sequence=(101, 107),
        kinds=KINDS,
        motives={},
    ),
)

LAYOUTS: Final = (LAYOUT_240, LAYOUT_400)

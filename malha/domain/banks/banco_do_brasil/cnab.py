"""Files of Banco do Brasil: CNAB 240 and 400 (record 7, convênio of seven digits and nosso número of 17).

Retornos: payments.md §5, §6; what reached the account (306-318), the motives of 400 and the remessas follow the public layouts and
are not confirmed by a test file.
"""

from typing import Final

from malha.domain.cnab import base240, base400
from malha.domain.cnab.fields import Field, Kind, Record
from malha.domain.cnab.layouts import Format, Layout, Part, When
from malha.domain.cnab.occurrences import LineKind, Reason, kinds, reasons
from malha.domain.cnab.orders import Species

CODE: Final = "001"
NAME: Final = "BANCO DO BRASIL"
NUMBER, DIGITS, TEXT, DATE, RATE = Kind.NUMBER, Kind.DIGITS, Kind.TEXT, Kind.DATE, Kind.RATE

# -- 240 ---------------------------------------------------------------------------------------------------------------------------------


def _agreement(start: int) -> tuple[Field, ...]:
    return (
        Field("agreement", start, start + 8, DIGITS),
        Field("product", start + 9, start + 12, DIGITS, "0014"),
        Field("carteira", start + 13, start + 14, DIGITS),
        Field("variation", start + 15, start + 17, DIGITS),
    )


LAYOUT_240: Final = Layout(
    CODE,
    NAME,
    Format.CNAB240,
    base240.amended(
        ("file_header", base240.FILE_HEADER.amended(*_agreement(33))),
        ("lot_header", base240.LOT_HEADER.amended(*_agreement(34))),
        versions=("083", "042"),
    ),
    base240.RETURNS,
)

# -- 400 ---------------------------------------------------------------------------------------------------------------------------------

HEADER: Final = base400.HEADER.amended(
    Field("branch", 27, 30, DIGITS),
    Field("branch_dv", 31, 31, TEXT),
    Field("account", 32, 39, DIGITS),
    Field("account_dv", 40, 40, TEXT),
    Field("zeros", 41, 46, NUMBER, 0),
    Field("sequence", 101, 107, NUMBER),
    Field("agreement", 130, 136, DIGITS),
)
DETAIL: Final = base400.DETAIL.amended(
    Field("record_type", 1, 1, NUMBER, 7),
    Field("branch", 18, 21, DIGITS),
    Field("branch_dv", 22, 22, TEXT),
    Field("account", 23, 30, DIGITS),
    Field("account_dv", 31, 31, TEXT),
    Field("agreement", 32, 38, DIGITS),
    Field("company_use", 39, 63, Kind.CODE),
    Field("nosso_numero", 64, 80, DIGITS),
    Field("zeros", 81, 84, NUMBER, 0),
    Field("variation", 92, 94, DIGITS),
    Field("caution", 95, 95, NUMBER, 0),
    Field("bordero", 96, 101, NUMBER, 0),
    Field("carteira", 107, 108, DIGITS),
    Field("collecting_branch", 143, 146, NUMBER, 0),
    Field("payer_name", 235, 271, TEXT),
    Field("message_1", 352, 391, TEXT),
)
FINE: Final = Record(
    "fine",
    base400.LENGTH,
    (
        Field("record_type", 1, 1, NUMBER, 5),
        Field("service", 2, 3, NUMBER, 99),
        Field("fine_code", 4, 4, NUMBER, 2),
        Field("fine_on", 5, 10, DATE),
        Field("fine_rate", 11, 22, RATE),
        Field("record_number", 395, 400, NUMBER),
    ),
)
KINDS: Final = kinds(
    REGISTERED="02",
    REJECTED="03",
    PAID="05 06 07 08 15",
    WRITTEN_OFF="09 10",
    DUE_CHANGED="14",
    FEE="28 96 97 98",
    PROTEST="19 23 24",
    OTHER="11 12 13 16 20 21 22 25 72",
)
R = Reason
REFUSALS: Final = reasons(
    (R.INTEREST_INVALID, "03"),
    (R.DISCOUNT_INVALID, "04 35"),
    (R.SPECIES_INVALID, "05 06"),
    (R.ACCOUNT_INVALID, "07"),
    (R.AMOUNT_INVALID, "08 47"),
    (R.DUE_INVALID, "09 28"),
    (R.PAYER_ADDRESS_MISSING, "18 29"),
    (R.COMPANY_INVALID, "19"),
    (R.PAYER_NAME_MISSING, "20 27"),
    (R.CARTEIRA_INVALID, "02 21 45"),
    (R.NOSSO_NUMERO_INVALID, "23"),
    (R.ABATEMENT_INVALID, "24 41"),
    (R.TITLE_ALREADY_SETTLED, "30"),
    (R.DUPLICATED, "33"),
    (R.ISSUE_INVALID, "37"),
    (R.DUE_BEFORE_ISSUE, "38"),
    (R.MOVEMENT_INVALID, "39"),
    (R.CEP_NOT_OF_UF, "42"),
    (R.PAYER_DOCUMENT_INVALID, "56"),
)
"""Motives of 03, not FEBRABAN's."""

LAYOUT_400: Final = Layout(
    CODE,
    NAME,
    Format.CNAB400,
    base400.remittance(
        HEADER,
        DETAIL,
        Part(FINE, When.FINE),
        species={Species.MERCHANT: "01", Species.SERVICE: "12", Species.RECEIPT: "05", Species.OTHER: "05"},
    ),
    base400.returns(
        Field("fee", 182, 188, Kind.CENTS),
        Field("credited", 306, 318, Kind.CENTS),
        nosso_numero=(64, 80),
        dvs=0,
        company_use=(39, 63),
        credit_on=(176, 181),
        motives_at=(87, 88),
        sequence=(101, 107),
        detail_type="7",
        kinds=KINDS,
        motives={
            LineKind.REJECTED: REFUSALS,
            LineKind.PAID: reasons((R.PAID_IN_NOTARY, "09"), (R.PAID_BY_PIX, "61")),
        },
    ),
)

LAYOUTS: Final = (LAYOUT_240, LAYOUT_400)

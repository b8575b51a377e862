"""Files of Santander: CNAB 240 (own head, shifted segment T) and 400 (Pix in records of type 8 and 2).

Retornos: payments.md §5, §6. Not confirmed by a test file: the remessas, and the places of address and txid in record 2 of the retorno,
taken to be those of record 8. The code of transmission has 15 digits in 240 and 20 in 400.
"""

from dataclasses import replace
from typing import Final

from malha.domain.cnab import base240, base400
from malha.domain.cnab.fields import Field, Kind, Record
from malha.domain.cnab.layouts import Flag, Format, Layout, Part, When
from malha.domain.cnab.occurrences import LineKind, Reason, kinds, reasons
from malha.domain.cnab.orders import Species

CODE: Final = "033"
NAME: Final = "SANTANDER"
NUMBER, DIGITS, DOCUMENT, TEXT, RATE = Kind.NUMBER, Kind.DIGITS, Kind.DOCUMENT, Kind.TEXT, Kind.RATE

# -- 240 ---------------------------------------------------------------------------------------------------------------------------------

FILE_HEADER_240: Final = base240.FILE_HEADER.amended(
    Field("company_type", 17, 17, DIGITS),
    Field("company_document", 18, 32, DOCUMENT),
    Field("transmission", 33, 47, DIGITS),
    without=("agreement", "branch", "branch_dv", "account", "account_dv", "generated_time", "density"),
)
LOT_HEADER_240: Final = base240.LOT_HEADER.amended(
    Field("transmission", 54, 68, DIGITS),
    without=("agreement", "account_dv"),
)
P: Final = base240.P.amended(
    Field("branch", 18, 21, DIGITS),
    Field("branch_dv", 22, 22, TEXT),
    Field("account", 23, 31, DIGITS),
    Field("account_dv", 32, 32, TEXT),
    Field("assigned_account", 33, 42, NUMBER, 0),
    Field("nosso_numero_with_dv", 45, 57, DIGITS),
    Field("issued_by", 61, 61, TEXT, ""),
    Field("distributed_by", 62, 62, TEXT, ""),
    Field("collecting_branch", 101, 104, NUMBER, 0),
    Field("collecting_branch_dv", 105, 105, TEXT, "0"),
    Field("currency", 228, 229, DIGITS, "00"),
    without=("contract",),
)
T: Final = base240.T.amended(
    Field("nosso_numero", 41, 53, Kind.CODE),
    Field("carteira", 54, 54, TEXT),
    Field("document_number", 55, 69, TEXT),
    Field("due_on", 70, 77, Kind.DATE),
    Field("amount", 78, 92, Kind.CENTS),
    Field("company_use", 101, 125, Kind.CODE),
    Field("fee", 194, 208, Kind.CENTS),
    Field("motives", 209, 218, TEXT),
)
LAYOUT_240: Final = Layout(
    CODE,
    NAME,
    Format.CNAB240,
    base240.amended(
        ("file_header", FILE_HEADER_240),
        ("lot_header", LOT_HEADER_240),
        ("P", P),
        versions=("040", "030"),
        flags={"interest_code": Flag(When.INTEREST, "2", "0"), "distributed_by": Flag(When.ALWAYS, "", "")},
    ),
    replace(base240.RETURNS, detail=T, nosso_numero_dvs=1),
)

# -- 400 ---------------------------------------------------------------------------------------------------------------------------------

HEADER: Final = base400.HEADER.amended(
    Field("transmission", 27, 46, DIGITS),
    Field("zeros", 101, 116, NUMBER, 0),
    Field("version", 392, 394, NUMBER, 0),
)
DETAIL: Final = base400.DETAIL.amended(
    Field("transmission", 18, 37, DIGITS),
    Field("nosso_numero_with_dv", 63, 70, DIGITS),
    Field("discount_2_until", 71, 76, NUMBER, 0),
    Field("fine_code", 78, 78, DIGITS),
    Field("fine_rate", 79, 82, RATE),
    Field("unit", 83, 84, NUMBER, 0),
    Field("other_unit", 85, 97, NUMBER, 0),
    Field("fine_on", 102, 107, Kind.DATE),
    Field("carteira_code", 108, 108, TEXT),
    Field("complement", 383, 383, TEXT, "I"),
    Field("account_end", 384, 385, TEXT),
    Field("protest_days", 392, 393, NUMBER, 0),
)
PIX: Final = Record(
    "pix",
    base400.LENGTH,
    (
        Field("record_type", 1, 1, NUMBER, 8),
        Field("payment_type", 2, 3, NUMBER, 0),
        Field("payments", 4, 5, NUMBER, 1),
        Field("value_type", 6, 6, NUMBER, 0),
        Field("limits", 7, 42, NUMBER, 0),
        Field("pix_key_type", 43, 43, TEXT),
        Field("pix_key", 44, 120, Kind.CODE),
        Field("txid", 121, 155, Kind.CODE),
        Field("record_number", 395, 400, NUMBER),
    ),
)
TRAILER: Final = base400.TRAILER.amended(
    Field("file_records", 2, 7, NUMBER),
    Field("title_total", 8, 20, Kind.CENTS),
    Field("zeros", 21, 394, NUMBER, 0),
)
R = Reason
REFUSALS: Final = reasons(
    (R.NOSSO_NUMERO_INVALID, "001"),
    (R.DUE_INVALID, "003 016 030"),
    (R.CARTEIRA_INVALID, "005 006"),
    (R.SPECIES_INVALID, "007"),
    (R.AMOUNT_INVALID, "013 093 095"),
    (R.INTEREST_INVALID, "014 029"),
    (R.ISSUE_INVALID, "015 098"),
    (R.CEP_INVALID, "019 057 063 123 124"),
    (R.PAYER_DOCUMENT_INVALID, "020 021 058 105 106 108"),
    (R.MOVEMENT_INVALID, "022"),
    (R.ACCOUNT_INVALID, "004 042"),
    (R.TITLE_UNKNOWN, "051"),
    (R.TITLE_ALREADY_SETTLED, "052"),
    (R.TITLE_ALREADY_WRITTEN_OFF, "053"),
    (R.ABATEMENT_INVALID, "002 073 115"),
    (R.DISCOUNT_INVALID, "025 074 110 111 112 113 117"),
    (R.DUPLICATED, "092 099"),
    (R.DUE_BEFORE_ISSUE, "100"),
    (R.PAYER_NAME_MISSING, "101"),
    (R.PAYER_ADDRESS_MISSING, "102"),
    (R.PAYER_CITY_MISSING, "103"),
    (R.UF_INVALID, "104 107"),
    (R.FINE_INVALID, "089 116 118 119 120 121"),
    (R.PAYER_DISTRICT_MISSING, "160"),
)
KINDS: Final = kinds(
    REGISTERED="02",
    REJECTED="03",
    PAID="06 07 08 16 17",
    WRITTEN_OFF="09 10",
    DUE_CHANGED="14",
    INSTRUCTION_REJECTED="01",
    FEE="24",
    # 15 is "sent to the notary" here and a settlement at other banks.
    PROTEST="15 21 22 25 26",
    OTHER="11 12 13",
)
LAYOUT_400: Final = Layout(
    CODE,
    NAME,
    Format.CNAB400,
    base400.with_pix(
        base400.remittance(
            HEADER,
            DETAIL,
            Part(PIX, When.PIX),
            species={Species.MERCHANT: "01", Species.SERVICE: "06", Species.RECEIPT: "05", Species.OTHER: "06"},
            flags={"fine_code": Flag(When.FINE, "4", "0")},
            trailer=TRAILER,
        )
    ),
    replace(
        base400.returns(
            nosso_numero=(63, 70),
            dvs=1,
            credit_on=(296, 301),
            motives_at=(137, 145),
            motive_width=3,
            kinds=KINDS,
            motives={LineKind.REJECTED: REFUSALS, LineKind.INSTRUCTION_REJECTED: REFUSALS},
        ),
        pix=Record("pix", base400.LENGTH, (Field("pix_location", 44, 120, Kind.CODE), Field("txid", 121, 155, Kind.CODE))),
        pix_type="2",
    ),
)

LAYOUTS: Final = (LAYOUT_240, LAYOUT_400)

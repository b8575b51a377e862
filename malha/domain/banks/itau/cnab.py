"""Files of Itaú: CNAB 240 and 400.

Retornos: payments.md §5, §6. Remessas follow the public layouts; the record of the fine (type 2) and movement 71 for a boleto with Pix are
not confirmed by a test file, nor is that the QR's address comes back in a record of its own: none is read.
"""

from dataclasses import replace
from typing import Final

from malha.domain.cnab import base240, base400
from malha.domain.cnab.fields import Field, Kind, Record
from malha.domain.cnab.layouts import Flag, Format, Layout, Part, When
from malha.domain.cnab.occurrences import LineKind, Reason, kinds, reasons
from malha.domain.cnab.orders import Movement, Species

CODE: Final = "341"
NAME: Final = "BANCO ITAU SA"
NUMBER, DIGITS, TEXT, DATE, RATE = Kind.NUMBER, Kind.DIGITS, Kind.TEXT, Kind.DATE, Kind.RATE

SPECIES: Final = {Species.MERCHANT: "01", Species.SERVICE: "08", Species.RECEIPT: "05", Species.OTHER: "99"}

# -- 240 ---------------------------------------------------------------------------------------------------------------------------------


def _account(start: int) -> tuple[Field, ...]:
    """Zero, branch, blank, zeros, account, blank, DAC of both, in twenty positions from ``start``."""
    return (
        Field("zero", start, start, NUMBER, 0),
        Field("branch", start + 1, start + 4, DIGITS),
        Field("blank", start + 5, start + 5, TEXT, ""),
        Field("zeros", start + 6, start + 12, NUMBER, 0),
        Field("account", start + 13, start + 17, DIGITS),
        Field("blank_2", start + 18, start + 18, TEXT, ""),
        Field("account_dv", start + 19, start + 19, TEXT),
    )


P: Final = base240.P.amended(
    *_account(18),
    Field("carteira", 38, 40, DIGITS),
    Field("nosso_numero", 41, 48, DIGITS),
    Field("nosso_numero_dv", 49, 49, TEXT),
    Field("zeros_2", 58, 62, NUMBER, 0),
    Field("document_number", 63, 72, TEXT),
    Field("interest_per_day", 127, 141, Kind.CENTS),
    Field("write_off_days", 225, 226, NUMBER),
    Field("end", 227, 239, NUMBER, 0),
    without=("branch_dv", "nosso_numero_with_dv"),
)
Q: Final = base240.Q.amended(Field("payer_name", 34, 63, TEXT))

LAYOUT_240: Final = Layout(
    CODE,
    NAME,
    Format.CNAB240,
    replace(
        base240.amended(
            ("file_header", base240.FILE_HEADER.amended(*_account(53), without=("agreement", "branch_dv"))),
            ("lot_header", base240.LOT_HEADER.amended(*_account(54), without=("agreement", "branch_dv"))),
            ("P", P),
            ("Q", Q),
            versions=("040", "030"),
            # Interest is an amount a day and has no code, nor has the discount.
            flags={"interest_code": Flag(When.INTEREST, "0", "0"), "discount_code": Flag(When.DISCOUNT, "0", "0")},
        ),
        species=SPECIES,
        # 47 waives interest at this bank.
        movements={movement: code for movement, code in base240.MOVEMENTS.items() if movement is not Movement.CHANGE_AMOUNT},
        takes_pix=False,
    ),
    replace(base240.RETURNS, detail=base240.T.amended(Field("nosso_numero", 41, 48, Kind.CODE))),
)

# -- 400 ---------------------------------------------------------------------------------------------------------------------------------

HEADER: Final = base400.HEADER.amended(
    Field("branch", 27, 30, DIGITS),
    Field("zeros", 31, 32, NUMBER, 0),
    Field("account", 33, 37, DIGITS),
    Field("account_dv", 38, 38, TEXT),
)
DETAIL: Final = base400.DETAIL.amended(
    Field("branch", 18, 21, DIGITS),
    Field("zeros", 22, 23, NUMBER, 0),
    Field("account", 24, 28, DIGITS),
    Field("account_dv", 29, 29, TEXT),
    Field("cancelled_instruction", 34, 37, NUMBER, 0),
    Field("nosso_numero", 63, 70, DIGITS),
    Field("quantity", 71, 83, NUMBER, 0),
    Field("carteira", 84, 86, DIGITS),
    Field("carteira_letter", 108, 108, TEXT, "I"),
    Field("payer_name", 235, 264, TEXT),
    Field("interest_on", 386, 391, DATE),
    Field("days", 392, 393, NUMBER, 0),
)
FINE: Final = Record(
    "fine",
    base400.LENGTH,
    (
        Field("record_type", 1, 1, NUMBER, 2),
        Field("fine_code", 2, 2, DIGITS),
        Field("fine_on", 3, 10, DATE),
        Field("fine_rate", 11, 23, RATE),
        Field("record_number", 395, 400, NUMBER),
    ),
)
R = Reason
REFUSALS: Final = reasons(
    (R.UF_INVALID, "04"),
    (R.DUE_INVALID, "05 54"),
    (R.AMOUNT_INVALID, "07"),
    (R.PAYER_NAME_MISSING, "08"),
    (R.ACCOUNT_INVALID, "09 26 31"),
    (R.PAYER_ADDRESS_MISSING, "10"),
    (R.CEP_INVALID, "03 11 57"),
    (R.CEP_NOT_OF_UF, "13"),
    (R.DUPLICATED, "14 15"),
    (R.MOVEMENT_INVALID, "19"),
    (R.CARTEIRA_INVALID, "22"),
    (R.PAYER_DOCUMENT_INVALID, "27 37"),
    (R.COMPANY_INVALID, "29"),
    (R.NOSSO_NUMERO_INVALID, "42"),
)
"""Motives of 03, from the public table 1 of the layout."""

# 15, 16 and 17 are rejections here, and settlements at other banks.
KINDS: Final = kinds(
    REGISTERED="02",
    REJECTED="03",
    PAID="06 07 08 10 59",
    WRITTEN_OFF="09 32",
    DUE_CHANGED="14",
    INSTRUCTION_REJECTED="15 16 17 18 24",
    FEE="26 27 28 29 30 33 34 35",
    PROTEST="19 20 23",
    OTHER="04 05 11 12 13 21 25",
)

LAYOUT_400: Final = Layout(
    CODE,
    NAME,
    Format.CNAB400,
    base400.with_pix(
        base400.remittance(
            HEADER,
            DETAIL,
            Part(FINE, When.FINE),
            species=SPECIES,
            movements=base400.MOVEMENTS_WITH_31,
            flags={"fine_code": Flag(When.FINE, "2", "0")},
        ),
        register="71",
    ),
    base400.returns(
        nosso_numero=(86, 94),
        dvs=1,
        credit_on=(296, 301),
        motives_at=(378, 385),
        sequence=(109, 113),
        kinds=KINDS,
        motives={LineKind.REJECTED: REFUSALS},
    ),
)

LAYOUTS: Final = (LAYOUT_240, LAYOUT_400)

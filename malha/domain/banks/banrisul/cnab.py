"""Files of Banrisul: CNAB 240 and 400. Nosso número has two check digits; ``agreement`` is the código do beneficiário, 13 digits.

Retornos: payments.md §5, §6. The remessas follow the public layouts and are not confirmed by a test file. The fine of 400 has one decimal.
"""

from dataclasses import replace
from typing import Final

from malha.domain.cnab import base240, base400
from malha.domain.cnab.fields import Field, Kind
from malha.domain.cnab.layouts import Flag, Format, Layout, When
from malha.domain.cnab.occurrences import kinds

CODE: Final = "041"
NAME: Final = "BANRISUL"
NUMBER, DIGITS, TEXT, CENTS = Kind.NUMBER, Kind.DIGITS, Kind.TEXT, Kind.CENTS

LAYOUT_240: Final = Layout(
    CODE,
    NAME,
    Format.CNAB240,
    base240.amended(versions=("103", "060")),
    replace(base240.RETURNS, nosso_numero_dvs=2),
)

HEADER: Final = base400.HEADER.amended(
    Field("agreement", 27, 39, DIGITS),
    Field("bank_name", 80, 87, TEXT),
    without=("service", "service_name"),
)
DETAIL: Final = base400.DETAIL.amended(
    Field("agreement", 18, 30, DIGITS),
    Field("nosso_numero_with_dv", 63, 72, DIGITS),
    Field("carteira", 108, 108, TEXT),
    Field("collection", 148, 149, NUMBER, 8),
    Field("instruction_1", 157, 158, DIGITS),
    Field("instruction_2", 159, 160, DIGITS),
    Field("interest_code", 161, 161, NUMBER, 0),
    Field("interest_per_day", 162, 173, CENTS),
    Field("payer_name", 235, 269, TEXT),
    Field("fine_rate", 322, 324, Kind.RATE, decimals=1),
    Field("fine_days", 325, 326, NUMBER, 0),
    Field("write_off_days", 370, 371, NUMBER),
    without=("company_type", "company_document", "collecting_branch", "payer_district", "species"),
)
TRAILER: Final = base400.TRAILER.amended(Field("title_total", 28, 40, CENTS))
LAYOUT_400: Final = Layout(
    CODE,
    NAME,
    Format.CNAB400,
    base400.remittance(
        HEADER,
        DETAIL,
        species={},
        flags={"instruction_1": Flag(When.WRITE_OFF, "15", "00"), "instruction_2": Flag(When.FINE, "18", "00")},
        trailer=TRAILER,
    ),
    base400.returns(
        nosso_numero=(63, 72),
        dvs=2,
        credit_on=(296, 301),
        motives_at=(383, 392),
        kinds=kinds(REGISTERED="02", REJECTED="03", PAID="06", WRITTEN_OFF="09 10", DUE_CHANGED="14", PROTEST="23", OTHER="11 12 13"),
    ),
)

LAYOUTS: Final = (LAYOUT_240, LAYOUT_400)

"""CNAB 400: what the banks have in common. There is no standard; each bank amends these records. Source: payments.md §6.

The remessas follow the layouts that the banks publish, as widely used free software writes them; payments.md confirms only the positions
of retornos. Every bank wants a test file before the first real one.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from malha.domain.cnab.fields import Field, Kind, Record
from malha.domain.cnab.layouts import Flag, Part, Remittance, Returns, When
from malha.domain.cnab.occurrences import FEBRABAN_MOTIVES, Kinds, Motives
from malha.domain.cnab.orders import Movement, Species
from malha.domain.money import ZERO

NUMBER, DIGITS, DOCUMENT, TEXT, CODE = Kind.NUMBER, Kind.DIGITS, Kind.DOCUMENT, Kind.TEXT, Kind.CODE
CENTS, DATE, RATE = Kind.CENTS, Kind.DATE, Kind.RATE
LENGTH: Final = 400

HEADER: Final = Record(
    "file_header",
    LENGTH,
    (
        Field("record_type", 1, 1, NUMBER, 0),
        Field("direction", 2, 2, NUMBER, 1),
        Field("direction_name", 3, 9, TEXT, "REMESSA"),
        Field("service", 10, 11, NUMBER, 1),
        Field("service_name", 12, 26, TEXT, "COBRANCA"),
        Field("company_name", 47, 76, TEXT),
        Field("bank", 77, 79, DIGITS),
        Field("bank_name", 80, 94, TEXT),
        Field("generated_on", 95, 100, DATE),
        Field("record_number", 395, 400, NUMBER),
    ),
)
DETAIL: Final = Record(
    "detail",
    LENGTH,
    (
        Field("record_type", 1, 1, NUMBER, 1),
        Field("company_type", 2, 3, NUMBER),
        Field("company_document", 4, 17, DOCUMENT),
        Field("company_use", 38, 62, CODE),
        Field("movement", 109, 110, DIGITS),
        Field("document_number", 111, 120, TEXT),
        Field("due_on", 121, 126, DATE),
        Field("amount", 127, 139, CENTS),
        Field("bank", 140, 142, DIGITS),
        Field("collecting_branch", 143, 147, NUMBER, 0),
        Field("species", 148, 149, TEXT),
        Field("accepted", 150, 150, TEXT, "N"),
        Field("issued_on", 151, 156, DATE),
        Field("instruction_1", 157, 158, NUMBER, 0),
        Field("instruction_2", 159, 160, NUMBER, 0),
        Field("interest_per_day", 161, 173, CENTS),
        Field("discount_until", 174, 179, DATE),
        Field("discount", 180, 192, CENTS),
        Field("iof", 193, 205, CENTS, ZERO),
        Field("abatement", 206, 218, CENTS),
        Field("payer_type", 219, 220, DIGITS),
        Field("payer_document", 221, 234, DOCUMENT),
        Field("payer_name", 235, 274, TEXT),
        Field("payer_address", 275, 314, TEXT),
        Field("payer_district", 315, 326, TEXT),
        Field("payer_cep", 327, 334, DIGITS),
        Field("payer_city", 335, 349, TEXT),
        Field("payer_uf", 350, 351, TEXT),
        Field("record_number", 395, 400, NUMBER),
    ),
)
TRAILER: Final = Record(
    "file_trailer",
    LENGTH,
    (Field("record_type", 1, 1, NUMBER, 9), Field("record_number", 395, 400, NUMBER)),
)

FLAGS: Final[Mapping[str, Flag]] = {
    "company_type": Flag(When.COMPANY_IS_COMPANY, "02", "01"),
    "payer_type": Flag(When.PAYER_IS_COMPANY, "02", "01"),
}

MOVEMENTS: Final[Mapping[Movement, str]] = {
    Movement.REGISTER: "01",
    Movement.CANCEL: "02",
    Movement.GRANT_ABATEMENT: "04",
    Movement.CANCEL_ABATEMENT: "05",
    Movement.CHANGE_DUE: "06",
}
"""What the banks have in common (Caixa apart)."""

MOVEMENTS_WITH_31: Final[Mapping[Movement, str]] = {**MOVEMENTS, Movement.CHANGE_OTHER: "31"}
"""31 changes other data at some banks only: at Banco do Brasil it gives a discount."""

# -- retorno -----------------------------------------------------------------------------------------------------------------------------

RETURN_HEADER: Final = Record(
    "file_header",
    LENGTH,
    (
        Field("agreement", 27, 46, TEXT),
        Field("company_name", 47, 76, TEXT),
        Field("bank", 77, 79, DIGITS),
        Field("generated_on", 95, 100, DATE),
    ),
)
RETURN_DETAIL: Final = Record(
    "detail",
    LENGTH,
    (
        Field("occurrence", 109, 110, TEXT),
        Field("occurred_on", 111, 116, DATE),
        Field("document_number", 117, 126, TEXT),
        Field("due_on", 147, 152, DATE),
        Field("amount", 153, 165, CENTS),
        Field("fee", 176, 188, CENTS),
        Field("abatement", 228, 240, CENTS),
        Field("discount", 241, 253, CENTS),
        Field("paid", 254, 266, CENTS),
        Field("charges", 267, 279, CENTS),
        Field("other_charges", 280, 292, CENTS),
    ),
)
"""Nosso número, uso da empresa, day of credit and motives stand elsewhere in each bank."""


Span = tuple[int, int]


def remittance(
    header: Record,
    detail: Record,
    *extra: Part,
    species: Mapping[Species, str],
    movements: Mapping[Movement, str] = MOVEMENTS,
    flags: Mapping[str, Flag] | None = None,
    trailer: Record = TRAILER,
) -> Remittance:
    """A remessa of one detail and the records that may follow it."""
    return Remittance(
        file_header=header,
        parts=(Part(detail), *extra),
        file_trailer=trailer,
        movements=movements,
        species=species,
        flags={**FLAGS, **(flags or {})},
    )


def with_pix(base: Remittance, register: str = "") -> Remittance:
    """``base`` for a bank that registers a boleto with a Pix QR in 400, under the movement ``register`` if it has one of its own."""
    return replace(base, takes_pix=True, pix_register=register)


def returns(
    *amendments: Field,
    nosso_numero: Span,
    dvs: int,
    credit_on: Span,
    kinds: Kinds,
    company_use: Span | None = (38, 62),
    motives_at: Span | None = None,
    motive_width: int = 2,
    motives: Motives = FEBRABAN_MOTIVES,
    sequence: Span | None = None,
    detail_type: str = "1",
    base: Record = RETURN_DETAIL,
) -> Returns:
    """A retorno: what every bank puts elsewhere, and its tables. ``amendments`` replace common fields."""
    own = [Field("nosso_numero", *nosso_numero, CODE), Field("credit_on", *credit_on, DATE)]
    if company_use:
        own.append(Field("company_use", *company_use, CODE))
    if motives_at:
        own.append(Field("motives", *motives_at, TEXT))
    header = RETURN_HEADER.amended(Field("sequence", *sequence, TEXT)) if sequence else RETURN_HEADER
    return Returns(
        header=header,
        detail=base.amended(*own).amended(*amendments),
        kinds=kinds,
        detail_type=detail_type,
        motives=motives,
        motive_width=motive_width,
        nosso_numero_dvs=dvs,
    )

"""CNAB 240 as FEBRABAN has it (version 10.11, August 2023): headers, segments P, Q, R, S, Y-03, T, U, trailers. Source: payments.md §5.

Banks amend these records where they deviate. Their layout versions are their own: `with_versions`.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from malha.domain.cnab.fields import Field, Kind, Record
from malha.domain.cnab.layouts import Flag, Part, Remittance, Returns, When
from malha.domain.cnab.occurrences import FEBRABAN_KINDS
from malha.domain.cnab.orders import Movement, Species
from malha.domain.money import ZERO

NUMBER, DIGITS, DOCUMENT, TEXT, CODE = Kind.NUMBER, Kind.DIGITS, Kind.DOCUMENT, Kind.TEXT, Kind.CODE
CENTS, DATE, RATE = Kind.CENTS, Kind.DATE, Kind.RATE
LENGTH: Final = 240

ACCOUNT: Final = (
    Field("branch", 53, 57, DIGITS),
    Field("branch_dv", 58, 58, TEXT),
    Field("account", 59, 70, DIGITS),
    Field("account_dv", 71, 71, TEXT),
)
FILE_HEADER: Final = Record(
    "file_header",
    LENGTH,
    (
        Field("bank", 1, 3, DIGITS),
        Field("lot", 4, 7, NUMBER, 0),
        Field("record_type", 8, 8, NUMBER, 0),
        Field("company_type", 18, 18, DIGITS),
        Field("company_document", 19, 32, DOCUMENT),
        Field("agreement", 33, 52, TEXT),
        *ACCOUNT,
        Field("company_name", 73, 102, TEXT),
        Field("bank_name", 103, 132, TEXT),
        Field("direction", 143, 143, NUMBER, 1),
        Field("generated_on", 144, 151, DATE),
        Field("generated_time", 152, 157, DIGITS),
        Field("sequence", 158, 163, NUMBER),
        Field("file_version", 164, 166, DIGITS, "103"),
        Field("density", 167, 171, NUMBER, 0),
    ),
)
LOT_HEADER: Final = Record(
    "lot_header",
    LENGTH,
    (
        Field("bank", 1, 3, DIGITS),
        Field("lot_number", 4, 7, NUMBER),
        Field("record_type", 8, 8, NUMBER, 1),
        Field("operation", 9, 9, TEXT, "R"),
        Field("service", 10, 11, NUMBER, 1),
        Field("lot_version", 14, 16, DIGITS, "060"),
        Field("company_type", 18, 18, DIGITS),
        Field("company_document", 19, 33, DOCUMENT),
        Field("agreement", 34, 53, TEXT),
        Field("branch", 54, 58, DIGITS),
        Field("branch_dv", 59, 59, TEXT),
        Field("account", 60, 71, DIGITS),
        Field("account_dv", 72, 72, TEXT),
        Field("company_name", 74, 103, TEXT),
        Field("sequence", 184, 191, NUMBER),
        Field("generated_on", 192, 199, DATE),
        Field("credit_on", 200, 207, NUMBER, 0),
    ),
)


def segment(letter: str, *fields: Field) -> Record:
    """A detail: the common head and ``fields``."""
    head = (
        Field("bank", 1, 3, DIGITS),
        Field("lot_number", 4, 7, NUMBER),
        Field("record_type", 8, 8, NUMBER, 3),
        Field("detail_number", 9, 13, NUMBER),
        Field("segment", 14, 14, TEXT, letter[0]),
        Field("movement", 16, 17, DIGITS),
    )
    return Record(letter, LENGTH, (*head, *fields))


P: Final = segment(
    "P",
    Field("branch", 18, 22, DIGITS),
    Field("branch_dv", 23, 23, TEXT),
    Field("account", 24, 35, DIGITS),
    Field("account_dv", 36, 36, TEXT),
    Field("nosso_numero_with_dv", 38, 57, CODE),
    Field("carteira_code", 58, 58, TEXT),
    Field("registered_form", 59, 59, NUMBER, 1),
    Field("document_form", 60, 60, NUMBER, 2),
    Field("issued_by", 61, 61, NUMBER, 2),
    Field("distributed_by", 62, 62, TEXT),
    Field("document_number", 63, 77, TEXT),
    Field("due_on", 78, 85, DATE),
    Field("amount", 86, 100, CENTS),
    Field("collecting_branch", 101, 105, NUMBER, 0),
    Field("collecting_branch_dv", 106, 106, TEXT, "0"),
    Field("species", 107, 108, DIGITS),
    Field("accepted", 109, 109, TEXT, "N"),
    Field("issued_on", 110, 117, DATE),
    Field("interest_code", 118, 118, DIGITS),
    Field("interest_on", 119, 126, DATE),
    Field("interest_rate", 127, 141, RATE),
    Field("discount_code", 142, 142, DIGITS),
    Field("discount_until", 143, 150, DATE),
    Field("discount", 151, 165, CENTS),
    Field("iof", 166, 180, CENTS, ZERO),
    Field("abatement", 181, 195, CENTS),
    Field("company_use", 196, 220, CODE),
    Field("protest_code", 221, 221, NUMBER, 3),
    Field("protest_days", 222, 223, NUMBER, 0),
    Field("write_off_code", 224, 224, DIGITS),
    Field("write_off_days", 225, 227, NUMBER),
    Field("currency", 228, 229, DIGITS, "09"),
    Field("contract", 230, 239, NUMBER, 0),
)
Q: Final = segment(
    "Q",
    Field("payer_type", 18, 18, DIGITS),
    Field("payer_document", 19, 33, DOCUMENT),
    Field("payer_name", 34, 73, TEXT),
    Field("payer_address", 74, 113, TEXT),
    Field("payer_district", 114, 128, TEXT),
    Field("payer_cep", 129, 136, DIGITS),
    Field("payer_city", 137, 151, TEXT),
    Field("payer_uf", 152, 153, TEXT),
    Field("guarantor_type", 154, 154, NUMBER, 0),
    Field("guarantor_document", 155, 169, NUMBER, 0),
)
R: Final = segment(
    "R",
    Field("discount_2", 18, 41, NUMBER, 0),
    Field("discount_3", 42, 65, NUMBER, 0),
    Field("fine_code", 66, 66, DIGITS),
    Field("fine_on", 67, 74, DATE),
    Field("fine_rate", 75, 89, RATE),
    Field("message_1", 100, 139, TEXT),
    Field("message_2", 140, 179, TEXT),
)
S: Final = segment(
    "S",
    Field("printed", 18, 18, NUMBER, 3),
    Field("message_1", 19, 58, TEXT),
    Field("message_2", 59, 98, TEXT),
    Field("message_3", 99, 138, TEXT),
    Field("message_4", 139, 178, TEXT),
    Field("message_5", 179, 218, TEXT),
)
Y03: Final = segment(
    "Y-03",
    Field("optional_record", 18, 19, DIGITS, "03"),
    Field("pix_key_type", 81, 81, TEXT),
    Field("pix_key", 82, 158, CODE),
    Field("txid", 159, 193, CODE),
)
LOT_TRAILER: Final = Record(
    "lot_trailer",
    LENGTH,
    (
        Field("bank", 1, 3, DIGITS),
        Field("lot_number", 4, 7, NUMBER),
        Field("record_type", 8, 8, NUMBER, 5),
        Field("lot_records", 18, 23, NUMBER),
        Field("title_count", 24, 29, NUMBER),
        Field("title_total", 30, 46, CENTS),
        Field("other_counts", 47, 115, NUMBER, 0),
    ),
)
FILE_TRAILER: Final = Record(
    "file_trailer",
    LENGTH,
    (
        Field("bank", 1, 3, DIGITS),
        Field("lot", 4, 7, NUMBER, 9999),
        Field("record_type", 8, 8, NUMBER, 9),
        Field("lot_count", 18, 23, NUMBER, 1),
        Field("file_records", 24, 29, NUMBER),
        Field("accounts", 30, 35, NUMBER, 0),
    ),
)

MOVEMENTS: Final[Mapping[Movement, str]] = {
    Movement.REGISTER: "01",
    Movement.CANCEL: "02",
    Movement.GRANT_ABATEMENT: "04",
    Movement.CANCEL_ABATEMENT: "05",
    Movement.CHANGE_DUE: "06",
    Movement.CHANGE_OTHER: "31",
    Movement.CHANGE_AMOUNT: "47",
}
"""C004."""

SPECIES: Final[Mapping[Species, str]] = {
    Species.MERCHANT: "02",
    Species.SERVICE: "04",
    Species.RECEIPT: "17",
    Species.OTHER: "99",
}

FLAGS: Final[Mapping[str, Flag]] = {
    "company_type": Flag(When.COMPANY_IS_COMPANY, "2", "1"),
    "payer_type": Flag(When.PAYER_IS_COMPANY, "2", "1"),
    "interest_code": Flag(When.INTEREST, "2", "3"),
    "fine_code": Flag(When.FINE, "2", "0"),
    "discount_code": Flag(When.DISCOUNT, "1", "0"),
    "write_off_code": Flag(When.WRITE_OFF, "1", "2"),
    "distributed_by": Flag(When.PIX, "Q", "2"),
}
"""Interest in percent a month (2) or none (3), fine in percent; Q = we print and hand out, with a Pix QR."""

REMITTANCE: Final = Remittance(
    file_header=FILE_HEADER,
    lot_header=LOT_HEADER,
    parts=(Part(P), Part(Q), Part(R, When.FINE_OR_MESSAGES), Part(S, When.MANY_MESSAGES), Part(Y03, When.PIX)),
    lot_trailer=LOT_TRAILER,
    file_trailer=FILE_TRAILER,
    movements=MOVEMENTS,
    species=SPECIES,
    flags=FLAGS,
    takes_pix=True,
)


def amended(
    *parts: tuple[str, Record], versions: tuple[str, str], flags: Mapping[str, Flag] | None = None, base: Remittance = REMITTANCE
) -> Remittance:
    """``base`` with the records of ``parts`` in the place of those of the same name, and the bank's versions of file and lot."""
    new = dict(parts)
    head = new.get("file_header", base.file_header)
    lot = new.get("lot_header", LOT_HEADER)
    return replace(
        base,
        file_header=_with_default(head, "file_version", versions[0]),
        lot_header=_with_default(lot, "lot_version", versions[1]),
        parts=tuple(Part(new.get(part.record.name, part.record), part.when) for part in base.parts),
        lot_trailer=new.get("lot_trailer", base.lot_trailer),
        file_trailer=new.get("file_trailer", base.file_trailer),
        flags={**base.flags, **(flags or {})},
    )


def _with_default(record: Record, name: str, value: str) -> Record:
    fields = tuple(replace(field, default=value) if field.name == name else field for field in record.fields)
    return replace(record, fields=fields)


# -- retorno -----------------------------------------------------------------------------------------------------------------------------

RETURN_HEADER: Final = Record(
    "file_header",
    LENGTH,
    (
        Field("bank", 1, 3, DIGITS),
        Field("company_document", 19, 32, DOCUMENT),
        Field("agreement", 33, 52, TEXT),
        Field("company_name", 73, 102, TEXT),
        Field("direction", 143, 143, TEXT),
        Field("generated_on", 144, 151, DATE),
        Field("sequence", 158, 163, TEXT),
    ),
)
T: Final = Record(
    "T",
    LENGTH,
    (
        Field("occurrence", 16, 17, TEXT),
        Field("nosso_numero", 38, 57, CODE),
        Field("carteira", 58, 58, TEXT),
        Field("document_number", 59, 73, TEXT),
        Field("due_on", 74, 81, DATE),
        Field("amount", 82, 96, CENTS),
        Field("company_use", 106, 130, CODE),
        Field("fee", 199, 213, CENTS),
        Field("motives", 214, 223, TEXT),
    ),
)
U: Final = Record(
    "U",
    LENGTH,
    (
        Field("charges", 18, 32, CENTS),
        Field("discount", 33, 47, CENTS),
        Field("abatement", 48, 62, CENTS),
        Field("paid", 78, 92, CENTS),
        Field("credited", 93, 107, CENTS),
        Field("occurred_on", 138, 145, DATE),
        Field("credit_on", 146, 153, DATE),
    ),
)
RETURN_Y03: Final = Record("Y-03", LENGTH, (Field("pix_location", 82, 158, CODE), Field("txid", 159, 193, CODE)))

RETURNS: Final = Returns(header=RETURN_HEADER, detail=T, second=U, pix=RETURN_Y03, kinds=FEBRABAN_KINDS)

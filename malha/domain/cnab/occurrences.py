"""What a bank reports: kinds of occurrences, and motives as codes of our own that are the same for every bank.

The same number means different things per bank, so every layout has its own tables; here are the words, and FEBRABAN's tables C044
(occurrences) and C047 (motives) that most 240 layouts share. Source: payments.md §5; C047 from the public text of FEBRABAN 240 v10.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class LineKind(StrEnum):
    """What an occurrence means to us. UNKNOWN is a code that no table has: a person looks at it, it is never money."""

    REGISTERED = "REGISTERED"
    REJECTED = "REJECTED"
    PAID = "PAID"
    WRITTEN_OFF = "WRITTEN_OFF"  # baixa: the title can no longer be paid; nobody paid it
    DUE_CHANGED = "DUE_CHANGED"
    INSTRUCTION_REJECTED = "INSTRUCTION_REJECTED"
    FEE = "FEE"
    PROTEST = "PROTEST"
    OTHER = "OTHER"
    UNKNOWN = "UNKNOWN"


class Reason(StrEnum):
    """Why a bank refused, or how a title was settled."""

    AMOUNT_INVALID = "amount_invalid"
    DISCOUNT_INVALID = "discount_invalid"
    ABATEMENT_INVALID = "abatement_invalid"
    ACCOUNT_INVALID = "account_invalid"
    CARTEIRA_INVALID = "carteira_invalid"
    CEP_INVALID = "cep_invalid"
    CEP_NOT_OF_UF = "cep_not_of_uf"
    COMPANY_INVALID = "company_invalid"
    DOCUMENT_NUMBER_INVALID = "document_number_invalid"
    DUE_BEFORE_ISSUE = "due_before_issue"
    DUE_INVALID = "due_date_invalid"
    DUPLICATED = "nosso_numero_duplicated"
    FILE_INVALID = "file_invalid"
    FINE_INVALID = "fine_invalid"
    INTEREST_INVALID = "interest_invalid"
    ISSUE_INVALID = "issue_date_invalid"
    MOVEMENT_INVALID = "movement_invalid"
    NOSSO_NUMERO_INVALID = "nosso_numero_invalid"
    PAYER_ADDRESS_MISSING = "payer_address_missing"
    PAYER_CITY_MISSING = "payer_city_missing"
    PAYER_DISTRICT_MISSING = "payer_district_missing"
    PAYER_DOCUMENT_INVALID = "payer_document_invalid"
    PAYER_IN_DDA = "payer_in_dda"
    PAYER_NAME_MISSING = "payer_name_missing"
    PAID_BY_PIX = "paid_by_pix"
    PAID_IN_NOTARY = "paid_in_notary"
    PIX_QR = "pix_qr"
    PROTEST_INVALID = "protest_invalid"
    SPECIES_INVALID = "species_invalid"
    TITLE_UNKNOWN = "title_unknown"
    TITLE_ALREADY_SETTLED = "title_already_settled"
    TITLE_ALREADY_WRITTEN_OFF = "title_already_written_off"
    UF_INVALID = "uf_invalid"
    WRITE_OFF_ASKED = "write_off_asked"
    WRITE_OFF_BY_BANK = "write_off_by_bank"
    WRITE_OFF_BY_TIME = "write_off_by_time"
    WRITE_OFF_DAYS_INVALID = "write_off_days_invalid"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Motive:
    """A motive as the bank wrote it and what it says."""

    code: str
    reason: Reason


Kinds = Mapping[str, LineKind]
Reasons = Mapping[str, Reason]
Motives = Mapping[LineKind, Reasons]


def kinds(**codes: str) -> Kinds:
    """A table of occurrences from lists of codes by kind: ``kinds(PAID="06 17", REJECTED="03")``. A code twice is a ValueError."""
    table: dict[str, LineKind] = {}
    for name, listed in codes.items():
        for code in listed.split():
            if code in table:
                raise ValueError(f"occurrence {code} is in the table twice")
            table[code] = LineKind[name]
    return table


def reasons(*rows: tuple[Reason, str]) -> Reasons:
    """A table of motives from lists of codes by reason. A code twice is a ValueError."""
    table: dict[str, Reason] = {}
    for reason, listed in rows:
        for code in listed.split():
            if code in table:
                raise ValueError(f"motive {code} is in the table twice")
            table[code] = reason
    return table


def split_motives(raw: str, width: int) -> Iterable[str]:
    """The codes in ``raw``, ``width`` signs each; blanks and zeros alone are none."""
    for start in range(0, len(raw), width):
        code = raw[start : start + width].strip()
        if code.strip("0"):
            yield code


FEBRABAN_KINDS: Final = kinds(
    REGISTERED="02",
    REJECTED="03",
    PAID="06 17",
    WRITTEN_OFF="09 25",
    DUE_CHANGED="14",
    PROTEST="19 20 23 24",
    INSTRUCTION_REJECTED="26 30",
    FEE="28",
    OTHER="04 05 07 08 11 12 13 27 29 33 51 52 53 93 94",
)
"""C044. 09 is never paid, in any bank."""

R = Reason
FEBRABAN_REFUSALS: Final = reasons(
    (R.FILE_INVALID, "01 02 03"),
    (R.MOVEMENT_INVALID, "04 05"),
    (R.COMPANY_INVALID, "06"),
    (R.ACCOUNT_INVALID, "07"),
    (R.NOSSO_NUMERO_INVALID, "08"),
    (R.DUPLICATED, "09 63"),
    (R.CARTEIRA_INVALID, "10"),
    (R.DUE_INVALID, "16 18"),
    (R.DUE_BEFORE_ISSUE, "17"),
    (R.AMOUNT_INVALID, "20"),
    (R.SPECIES_INVALID, "21 22"),
    (R.ISSUE_INVALID, "24 25"),
    (R.INTEREST_INVALID, "26 27"),
    (R.DISCOUNT_INVALID, "28 29 30 31"),
    (R.ABATEMENT_INVALID, "33 34 35 36"),
    (R.PROTEST_INVALID, "37 38 39 40 41"),
    (R.WRITE_OFF_DAYS_INVALID, "42 43"),
    (R.PAYER_NAME_MISSING, "45"),
    (R.PAYER_DOCUMENT_INVALID, "46"),
    (R.PAYER_ADDRESS_MISSING, "47"),
    (R.CEP_INVALID, "48 49 50"),
    (R.CEP_NOT_OF_UF, "51"),
    (R.UF_INVALID, "52"),
    (R.FINE_INVALID, "57 58 59"),
    (R.TITLE_UNKNOWN, "60"),
    (R.DOCUMENT_NUMBER_INVALID, "86"),
)
"""C047, part A: on 03, 26 and 30."""

FEBRABAN_REGISTERED: Final = reasons((R.PAYER_IN_DDA, "A4"), (R.PIX_QR, "P1 P2 P3 P4 P5 P6 P7 P8 P9"))
FEBRABAN_PAID: Final = reasons((R.PAID_IN_NOTARY, "08"), (R.PAID_BY_PIX, "61"))
FEBRABAN_WRITTEN_OFF: Final = reasons((R.WRITE_OFF_BY_BANK, "09"), (R.WRITE_OFF_ASKED, "10 11"), (R.WRITE_OFF_BY_TIME, "12 13"))

FEBRABAN_MOTIVES: Final[Motives] = {
    LineKind.REGISTERED: FEBRABAN_REGISTERED,
    LineKind.REJECTED: FEBRABAN_REFUSALS,
    LineKind.INSTRUCTION_REJECTED: FEBRABAN_REFUSALS,
    LineKind.PAID: FEBRABAN_PAID,
    LineKind.WRITTEN_OFF: FEBRABAN_WRITTEN_OFF,
}

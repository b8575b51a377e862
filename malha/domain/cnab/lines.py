"""What comes out of a retorno, in words that are the same for every bank."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from malha.domain.cnab.layouts import Format
from malha.domain.cnab.occurrences import LineKind, Motive
from malha.domain.money import ZERO, Money


class Channel(StrEnum):
    """By what means a title was paid."""

    BOLETO = "BOLETO"
    PIX = "PIX"


@dataclass(frozen=True, slots=True)
class ReturnHeader:
    """Who wrote the file, for whom, and which one it is.

    ``sequence`` is None where the layout does not number its files. ``company_document`` (240 only) and ``agreement`` (what stands at 33-52
    in 240 and 27-46 in 400: a code of the bank, or branch and account) tell the file of another account; either may be empty.
    """

    bank_code: str
    format: Format
    sequence: int | None
    generated_on: date | None
    company: str
    company_document: str
    agreement: str


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """One occurrence of one title.

    ``line_number`` counts from 1 and is where the record (segment T in 240) stands. ``nosso_numero`` is without its check digit, with the
    zeros that the file has. ``paid`` is what the payer paid, ``credited`` what reached the account
    (None where the layout does not say), ``charges`` interest and fine together. Only a line of kind PAID is money.
    """

    line_number: int
    occurrence: str
    kind: LineKind
    motives: tuple[Motive, ...]
    nosso_numero: str
    nosso_numero_dv: str
    document_number: str
    company_use: str
    due_on: date | None
    amount: Money
    paid: Money
    charges: Money
    discount: Money
    abatement: Money
    credited: Money | None
    fee: Money
    occurred_on: date | None
    credit_on: date | None
    channel: Channel
    pix_location: str = ""
    txid: str = ""

    @property
    def nosso_numero_key(self) -> str:
        """The number without zeros on the left, by which titles are compared: layouts differ in how many they write."""
        return self.nosso_numero.lstrip("0")


@dataclass(frozen=True, slots=True)
class Totals:
    """How many lines of each kind, and the money of the paid ones. ``fees`` is over all lines."""

    counts: dict[LineKind, int] = field(default_factory=dict)
    paid: Money = ZERO
    credited: Money = ZERO
    fees: Money = ZERO

    @classmethod
    def of(cls, lines: Iterable[ReturnLine]) -> "Totals":
        counts: dict[LineKind, int] = {}
        paid = credited = fees = ZERO
        for line in lines:
            counts[line.kind] = counts.get(line.kind, 0) + 1
            fees += line.fee
            if line.kind is LineKind.PAID:
                paid += line.paid
                credited += line.credited or ZERO
        return cls(counts, paid, credited, fees)


@dataclass(frozen=True, slots=True)
class ReturnFile:
    """A whole retorno, read and found to add up. ``skipped`` counts records of kinds that we do not read."""

    header: ReturnHeader
    lines: tuple[ReturnLine, ...]
    totals: Totals
    skipped: int

"""What a bank's layout consists of. All of it is data; `remittance` and `returns` do the work."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from malha.domain.cnab.fields import Record
from malha.domain.cnab.occurrences import FEBRABAN_MOTIVES, Kinds, Motives
from malha.domain.cnab.orders import Movement, Species


class Format(StrEnum):
    """Length of a line."""

    CNAB240 = "240"
    CNAB400 = "400"

    @property
    def length(self) -> int:
        return int(self.value)


class When(StrEnum):
    """Which orders a record or a flag is for."""

    ALWAYS = "ALWAYS"
    FINE = "FINE"
    FINE_OR_MESSAGES = "FINE_OR_MESSAGES"
    MANY_MESSAGES = "MANY_MESSAGES"  # more than segment R has room for
    PIX = "PIX"  # registering, with a Pix key
    INTEREST = "INTEREST"
    DISCOUNT = "DISCOUNT"
    WRITE_OFF = "WRITE_OFF"
    PAYER_IS_COMPANY = "PAYER_IS_COMPANY"
    COMPANY_IS_COMPANY = "COMPANY_IS_COMPANY"


@dataclass(frozen=True, slots=True)
class Part:
    """A record of the detail and the orders that get it."""

    record: Record
    when: When = When.ALWAYS


@dataclass(frozen=True, slots=True)
class Flag:
    """A code that depends on the order: ``yes`` when it is so, else ``no``."""

    when: When
    yes: str
    no: str


@dataclass(frozen=True)
class Remittance:
    """How a bank's remessa is written. ``pix_register`` is the movement that registers with a Pix QR, where it has a code of its own."""

    file_header: Record
    parts: tuple[Part, ...]
    file_trailer: Record
    movements: Mapping[Movement, str]
    species: Mapping[Species, str]
    lot_header: Record | None = None
    lot_trailer: Record | None = None
    flags: Mapping[str, Flag] = field(default_factory=dict)
    pix_register: str = ""
    takes_pix: bool = False

    @property
    def records(self) -> tuple[Record, ...]:
        heads = (self.file_header, self.lot_header, self.lot_trailer, self.file_trailer)
        return (*(record for record in heads if record is not None), *(part.record for part in self.parts))


@dataclass(frozen=True)
class Returns:
    """How a bank's retorno is read.

    ``detail`` is the record of type ``detail_type`` in 400 and segment T in 240, ``second`` is segment U, ``pix`` is Y-03 or, in 400, the
    record of type ``pix_type``. ``nosso_numero_dvs`` tells how many signs at the end of the field are check digits; ``pix_motives``
    which motives on a settlement say Pix. ``checks_totals`` is off for a bank whose lot trailer does not count the lot.
    """

    header: Record
    detail: Record
    kinds: Kinds
    second: Record | None = None
    pix: Record | None = None
    detail_type: str = "1"
    pix_type: str = ""
    motives: Motives = field(default_factory=lambda: FEBRABAN_MOTIVES)
    motive_width: int = 2
    nosso_numero_dvs: int = 0
    pix_motives: frozenset[str] = frozenset({"61"})
    checks_totals: bool = True


@dataclass(frozen=True)
class Layout:
    """One bank's files of one format."""

    bank_code: str
    bank_name: str
    format: Format
    remittance: Remittance
    returns: Returns

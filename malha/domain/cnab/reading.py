"""What both readers of retornos need: a line with its number, how one is refused, and an occurrence made of what was read."""

from dataclasses import dataclass

from malha.domain.cnab.fields import FieldError, Record, Values, read
from malha.domain.cnab.layouts import Returns
from malha.domain.cnab.lines import Channel, ReturnLine
from malha.domain.cnab.occurrences import LineKind, Motive, Reason, split_motives
from malha.domain.errors import RuleError
from malha.domain.money import Money


@dataclass(frozen=True, slots=True)
class Numbered:
    """A line of the file and its number, from 1."""

    number: int
    text: str


def refuse(line: int, reason: str, field: str = "") -> RuleError:
    """The error that refuses the file at ``line``."""
    params: dict[str, object] = {"line": line, "reason": reason}
    if field:
        params["field"] = field
    return RuleError("cnab_file_refused", params)


def read_at(record: Record, line: Numbered) -> Values:
    """``fields.read`` with the line's number in the error."""
    try:
        return read(record, line.text)
    except FieldError as error:
        raise refuse(line.number, error.reason, error.field) from None


def number_at(line: Numbered, start: int, end: int) -> int | None:
    """The number at ``start`` to ``end`` (from 1, inside); None when blank. Refuses the file when it is neither."""
    raw = line.text[start - 1 : end].strip()
    if not raw:
        return None
    if not (raw.isascii() and raw.isdigit()):
        raise refuse(line.number, "not_digits", f"{start}-{end}")
    return int(raw)


def made(rules: Returns, number: int, found: Values, pix: Values) -> ReturnLine:
    """The occurrence that stands in ``found``, with what a Pix record added."""
    occurrence = found.text("occurrence")
    kind = rules.kinds.get(occurrence, LineKind.UNKNOWN)
    table = rules.motives.get(kind, {})
    codes = tuple(split_motives(found.text("motives"), rules.motive_width))
    body, dv = _split(found.text("nosso_numero"), rules.nosso_numero_dvs)
    is_pix = kind is LineKind.PAID and not rules.pix_motives.isdisjoint(codes)
    credited = found.get("credited")
    return ReturnLine(
        line_number=number,
        occurrence=occurrence,
        kind=kind,
        motives=tuple(Motive(code, table.get(code, Reason.OTHER)) for code in codes),
        nosso_numero=body,
        nosso_numero_dv=dv,
        document_number=found.text("document_number"),
        company_use=found.text("company_use"),
        due_on=found.day("due_on"),
        amount=found.money("amount"),
        paid=found.money("paid"),
        charges=found.money("charges") + found.money("other_charges"),
        discount=found.money("discount"),
        abatement=found.money("abatement"),
        credited=credited if isinstance(credited, Money) else None,
        fee=found.money("fee"),
        occurred_on=found.day("occurred_on"),
        credit_on=found.day("credit_on"),
        channel=Channel.PIX if is_pix else Channel.BOLETO,
        pix_location=pix.text("pix_location"),
        txid=pix.text("txid"),
    )


def _split(nosso_numero: str, dvs: int) -> tuple[str, str]:
    return (nosso_numero[:-dvs], nosso_numero[-dvs:]) if dvs else (nosso_numero, "")

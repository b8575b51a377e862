"""Retornos at fixed positions: FEBRABAN 240 (segments T, U, Y-03; Santander's shifted T) and 400 of Itaú and Bradesco."""

import datetime
from typing import Any

from sandbox.bank.books import Charge, Doc
from sandbox.bank.codes import mod10
from sandbox.bank.recurrences import day_of

Rows = list[tuple[Charge, Doc]]
NAMES = {"001": "BANCO DO BRASIL", "033": "BANCO SANTANDER", "104": "CAIXA ECONOMICA FEDERAL", "237": "BRADESCO", "341": "BANCO ITAU SA"}
# Movements of the 240 layout in the 400 of Itaú and Bradesco.
TO_400 = {"02": "02", "03": "03", "06": "06", "09": "09", "14": "14", "17": "17"}


class Line:
    """A line filled at positions counted from 1."""

    def __init__(self, length: int) -> None:
        self._characters = [" "] * length

    def text(self, first: int, last: int, value: str) -> "Line":
        """Left, blanks after."""
        self._characters[first - 1 : last] = value[: last - first + 1].ljust(last - first + 1)
        return self

    def number(self, first: int, last: int, value: int) -> "Line":
        """Right, zeros before."""
        self._characters[first - 1 : last] = str(value).rjust(last - first + 1, "0")[-(last - first + 1) :]
        return self

    def __str__(self) -> str:
        return "".join(self._characters)


def _credit_day(row: Doc) -> datetime.date:
    """Pix is credited on the day, a boleto on the day after."""
    day = day_of(row["day"])
    return day if row["payment"]["channel"] == "PIX" else day + datetime.timedelta(days=1)


def write_240(bank: str, rows: Rows, number: int, today: datetime.date, host: str) -> list[str]:
    """The lines of one file with one lot."""
    stamp = f"{today:%d%m%Y}"
    head = Line(240).text(1, 3, bank).text(4, 8, "00000").text(18, 18, "2").text(73, 102, "EMPRESA DE TESTE")
    head.text(103, 132, NAMES.get(bank, "BANCO DE TESTE")).text(143, 143, "2").text(144, 151, stamp).text(152, 157, "120000")
    head.number(158, 163, number).text(164, 166, "103")
    lot = Line(240).text(1, 3, bank).text(4, 8, "00011").text(9, 11, "T01").text(14, 16, "060").text(18, 18, "2")
    lot.number(184, 191, number).text(192, 199, stamp)
    details: list[str] = []
    for charge, row in rows:
        details.append(_segment_t(bank, len(details) + 1, charge, row))
        details.append(_segment_u(bank, len(details) + 1, row))
        if row["movement"] == "02" and charge.pix_token:
            details.append(_segment_y03(bank, len(details) + 1, charge, host))
    end_of_lot = Line(240).text(1, 3, bank).text(4, 8, "00015").number(18, 23, len(details) + 2)
    end = Line(240).text(1, 3, bank).text(4, 8, "99999").number(18, 23, 1).number(24, 29, len(details) + 4)
    return [str(head), str(lot), *details, str(end_of_lot), str(end)]


def _start(bank: str, sequence: int, segment: str, movement: str) -> Line:
    line = Line(240).text(1, 3, bank).text(4, 8, "00013").number(9, 13, sequence).text(14, 14, segment)
    return line.text(16, 17, movement)


def _segment_t(bank: str, sequence: int, charge: Charge, row: Doc) -> str:
    file: dict[str, Any] = charge.file or {}
    line, payment = _start(bank, sequence, "T", row["movement"]), row["payment"] or {}
    due = f"{charge.due:%d%m%Y}"
    kind = "1" if len(charge.payer["document"]) == 11 else "2"
    if bank == "033":
        line.text(41, 53, file["raw_number"].strip()).text(54, 54, file["wallet"]).text(55, 69, file["document"]).text(70, 77, due)
        line.number(78, 92, charge.amount_cents).text(93, 95, bank).text(101, 125, file["use"]).text(128, 128, kind)
        line.text(129, 143, charge.payer["document"].rjust(15, "0")).text(144, 183, charge.payer["name"])
        line.number(194, 208, payment.get("fee_cents", 0)).text(209, 218, row["motive"])
        return str(line)
    # Caixa gives the number one place before where it takes it.
    place = (40, 56) if bank == "104" else (38, 57)
    line.text(18, 37, file["head"]).text(*place, file["raw_number"]).text(58, 58, file["wallet"]).text(59, 73, file["document"])
    line.text(74, 81, due).number(82, 96, charge.amount_cents).text(97, 99, bank).text(106, 130, file["use"]).text(131, 132, "09")
    line.text(133, 133, kind).text(134, 148, charge.payer["document"].rjust(15, "0")).text(149, 188, charge.payer["name"])
    line.number(199, 213, payment.get("fee_cents", 0)).text(214, 223, row["motive"])
    return str(line)


def _segment_u(bank: str, sequence: int, row: Doc) -> str:
    line, payment = _start(bank, sequence, "U", row["movement"]), row["payment"]
    for first in range(18, 138, 15):
        line.number(first, first + 14, 0)
    line.text(138, 145, f"{day_of(row['day']):%d%m%Y}").text(146, 153, "00000000")
    if payment:
        line.number(18, 32, payment["fine_cents"] + payment["interest_cents"]).number(33, 47, payment["discount_cents"])
        line.number(78, 92, payment["cents"]).number(93, 107, payment["cents"])
        line.text(146, 153, f"{_credit_day(row):%d%m%Y}")
    return str(line)


def _segment_y03(bank: str, sequence: int, charge: Charge, host: str) -> str:
    line = _start(bank, sequence, "Y", "02").text(18, 19, "03")
    return str(line.text(82, 158, f"{host}/qr/v2/cobv/{charge.pix_token}").text(159, 193, charge.txid))


def write_400(bank: str, rows: Rows, number: int, today: datetime.date) -> list[str]:
    """The lines of one file."""
    head = Line(400).text(1, 19, "02RETORNO01COBRANCA").text(47, 76, "EMPRESA DE TESTE").text(77, 79, bank)
    head.text(80, 94, NAMES.get(bank, "BANCO DE TESTE")).text(95, 100, f"{today:%d%m%y}").number(109, 113, number).number(395, 400, 1)
    lines = [head]
    for charge, row in rows:
        lines.append(_detail_400(bank, charge, row).number(395, 400, len(lines) + 1))
    end = Line(400).text(1, 4, f"9{'201' if bank != '237' else '201'}").text(5, 7, bank).number(395, 400, len(lines) + 1)
    return [str(line) for line in (*lines, end)]


def _detail_400(bank: str, charge: Charge, row: Doc) -> Line:
    file: dict[str, Any] = charge.file or {}
    payment = row["payment"] or {}
    line = Line(400).text(1, 3, "102").text(38, 62, file["use"])
    raw = file["raw_number"]
    if bank == "341":
        line.text(18, 29, file["head"]).text(63, 70, raw).text(83, 85, file["wallet"]).text(86, 93, raw).text(108, 108, "I")
        # The DAC is over branch, account, carteira and number.
        over = file["head"][:4] + file["head"][6:11] + file["wallet"] + raw
        line.text(94, 94, str(mod10(over)) if over.isdigit() else "")
    else:
        line.text(21, 37, file["head"]).text(71, 82, raw).text(108, 108, file["wallet"].strip()[-1:])
    line.text(109, 110, TO_400[row["movement"]]).text(111, 116, f"{day_of(row['day']):%d%m%y}").text(117, 126, file["document"])
    line.text(147, 152, f"{charge.due:%d%m%y}").number(153, 165, charge.amount_cents).text(166, 168, bank)
    line.number(176, 188, payment.get("fee_cents", 0))
    for first in (228, 241, 254, 267, 280):
        line.number(first, first + 12, 0)
    line.number(241, 253, payment.get("discount_cents", 0)).number(254, 266, payment.get("cents", 0))
    line.number(267, 279, payment.get("fine_cents", 0) + payment.get("interest_cents", 0))
    if payment:
        line.text(296, 301, f"{_credit_day(row):%d%m%y}")
    motive = row["motive"]
    if bank == "341":
        # At Itaú positions 393-394 say how it was settled; a paper motive has four groups of two.
        line.text(378, 385, "" if motive == "61" else motive).text(393, 394, ("PX" if motive == "61" else "BL") if payment else "")
    else:
        line.text(319, 328, motive)
    return line

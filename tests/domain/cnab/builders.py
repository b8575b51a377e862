"""Lines of retornos by explicit positions, so that the layouts under test have no part in them."""

from collections.abc import Mapping, Sequence

Placed = Mapping[int, str]


def line(length: int, placed: Placed) -> str:
    """Blanks with each text of ``placed`` at its position, counted from 1."""
    signs = [" "] * length
    for start, text in placed.items():
        assert start - 1 + len(text) <= length
        signs[start - 1 : start - 1 + len(text)] = text
    return "".join(signs)


# -- 240 ---------------------------------------------------------------------------------------------------------------------------------


def t(occurrence: str, **more: str) -> dict[int, str]:
    """Segment T by FEBRABAN's positions; ``more`` is p38="..." for what stands at 38."""
    return {14: "T", 16: occurrence, **{int(name[1:]): text for name, text in more.items()}}


def u(
    occurrence: str, paid: int = 0, credited: int = 0, charges: int = 0, occurred: str = "10032026", credit: str = "11032026"
) -> dict[int, str]:
    return {
        14: "U",
        16: occurrence,
        18: f"{charges:015d}",
        33: "0" * 30,
        78: f"{paid:015d}",
        93: f"{credited:015d}",
        138: occurred,
        146: credit,
    }


def y03(occurrence: str, url: str, txid: str) -> dict[int, str]:
    return {14: "Y", 16: occurrence, 18: "03", 82: url, 159: txid}


def lines_240(bank: str, details: Sequence[Placed], totals: str = "", direction: str = "2") -> list[str]:
    """A file of one lot. ``totals`` goes to 24 of the trailer of the lot."""
    head = {1: bank, 4: "00000", 18: "2", 19: "12345678000195", 73: "PROVEDOR EXEMPLO", 143: direction, 144: "11032026", 158: "000042"}
    lot = {1: bank, 4: "00011", 9: "T01", 14: "060"}
    body = [line(240, {1: bank, 4: "0001", 8: "3", 9: f"{number:05d}", **placed}) for number, placed in enumerate(details, 1)]
    lot_end = {1: bank, 4: "00015", 18: f"{len(body) + 2:06d}", 24: totals}
    end = {1: bank, 4: "99999", 18: "000001", 24: f"{len(body) + 4:06d}"}
    return [line(240, head), line(240, lot), *body, line(240, lot_end), line(240, end)]


def file_240(bank: str, details: Sequence[Placed], totals: str = "") -> bytes:
    return joined(lines_240(bank, details, totals))


# -- 400 ---------------------------------------------------------------------------------------------------------------------------------


def detail_400(occurrence: str, **more: str) -> dict[int, str]:
    """What banks have in common: 10/03/2026, due on 05/03/2026, R$ 100,00 paid with R$ 2,17 of interest."""
    common = {
        1: "1",
        109: occurrence,
        111: "100326",
        117: "DOC-77    ",
        147: "050326",
        153: f"{10000:013d}",
        254: f"{10217:013d}",
        267: f"{217:013d}",
    }
    return common | {int(name[1:]): text for name, text in more.items()}


def lines_400(bank: str, details: Sequence[Placed], header: Placed | None = None) -> list[str]:
    head = {1: "02RETORNO01COBRANCA", 47: "PROVEDOR EXEMPLO", 77: bank, 95: "110326", **(header or {})}
    placed = [head, *details, {1: "9"}]
    return [line(400, {395: f"{number:06d}", **each}) for number, each in enumerate(placed, 1)]


def file_400(bank: str, details: Sequence[Placed], header: Placed | None = None) -> bytes:
    return joined(lines_400(bank, details, header))


def joined(lines: Sequence[str], end: str = "\r\n") -> bytes:
    return "".join(each + end for each in lines).encode("latin-1")

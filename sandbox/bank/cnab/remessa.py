"""Remessas at fixed positions: FEBRABAN 240 (segments P, Q, R, Y-03) and 400 of Itaú, Bradesco and Cresol (which is Bradesco's)."""

import datetime
from dataclasses import dataclass, field

from sandbox.bank.late import half_up

NUMBER_240 = {"033": (45, 57), "104": (41, 57)}


@dataclass
class Title:
    """One title of a file. Texts are raw, with their blanks."""

    bank: str
    layout: int
    movement: str
    number: str
    document: str
    due: datetime.date
    cents: int
    wallet: str = ""
    use: str = ""
    head: str = ""
    payer: dict[str, str] = field(default_factory=dict)
    fine_basis_points: int = 0
    interest_kind: str = "3"
    interest_value: int = 0
    wants_pix: bool = False
    txid: str = ""

    def interest_basis_points(self, cents: int) -> int:
        """Interest a month: kind 1 is cents a day, 2 hundredths of a percent a month."""
        if self.interest_kind == "1" and cents:
            return half_up(self.interest_value * 30 * 10_000, cents)
        return self.interest_value if self.interest_kind == "2" else 0


def at(line: str, first: int, last: int) -> str:
    """Positions as manuals count them, from 1, both ends included."""
    return line.ljust(last)[first - 1 : last]


def number(text: str) -> int:
    """Digits, or 0 for blanks."""
    return int(text.strip() or "0")


def day8(text: str) -> datetime.date:
    """DDMMAAAA."""
    return datetime.date(int(text[4:8]), int(text[2:4]), int(text[:2]))


def day6(text: str) -> datetime.date:
    """DDMMAA, of this century."""
    return datetime.date(2000 + int(text[4:6]), int(text[2:4]), int(text[:2]))


def read_240(lines: list[str]) -> list[Title]:
    """Titles of a FEBRABAN 240 file. Raises ValueError."""
    if at(lines[0], 8, 8) != "0" or at(lines[-1], 8, 8) != "9":
        raise ValueError("falta o header ou o trailer de arquivo")
    if number(at(lines[-1], 24, 29)) != len(lines):
        raise ValueError(f"o trailer diz {at(lines[-1], 24, 29)} registros, o arquivo tem {len(lines)}")
    titles: list[Title] = []
    for line in lines:
        if len(line) > 240 or at(line, 8, 8) != "3":
            continue
        segment = at(line, 14, 14)
        if segment == "P":
            titles.append(_segment_p(line))
        elif not titles:
            raise ValueError(f"segmento {segment} sem segmento P antes")
        elif segment == "Q":
            titles[-1].payer = _payer(at(line, 18, 18), at(line, 19, 33), at(line, 34, 73), at(line, 74, 113), at(line, 114, 128),
                                      at(line, 129, 136), at(line, 137, 151), at(line, 152, 153))  # fmt: skip
        elif segment == "R":
            _segment_r(titles[-1], line)
        elif segment == "Y" and at(line, 18, 19) == "03":
            titles[-1].wants_pix = True
            titles[-1].txid = at(line, 159, 193)
    if bare := [title for title in titles if not title.payer and title.movement == "01"]:
        raise ValueError(f"título {bare[0].document.strip()} sem segmento Q")
    return titles


def _segment_p(line: str) -> Title:
    return Title(
        bank=at(line, 1, 3),
        layout=240,
        movement=at(line, 16, 17),
        # Santander has 13 digits at 45 (its account takes two places more), Caixa 17 at 41.
        number=at(line, *NUMBER_240.get(at(line, 1, 3), (38, 57))),
        wallet=at(line, 58, 58),
        document=at(line, 63, 77),
        due=day8(at(line, 78, 85)),
        cents=number(at(line, 86, 100)),
        use=at(line, 196, 220),
        head=at(line, 18, 37),
        interest_kind=at(line, 118, 118),
        interest_value=number(at(line, 127, 141)),
        wants_pix=at(line, 62, 62) in ("P", "Q"),
    )


def _segment_r(title: Title, line: str) -> None:
    kind, value = at(line, 66, 66), number(at(line, 75, 89))
    if kind == "2":
        title.fine_basis_points = value
    elif kind == "1" and title.cents:
        title.fine_basis_points = half_up(value * 10_000, title.cents)


def _payer(kind: str, document: str, name: str, street: str, district: str, cep: str, city: str, uf: str) -> dict[str, str]:
    length = 11 if kind.lstrip("0") == "1" else 14
    return {
        "document": document.strip()[-length:],
        "name": name.strip(),
        "street": street.strip(),
        "district": district.strip(),
        "cep": cep,
        "city": city.strip(),
        "uf": uf,
    }


def read_400(lines: list[str]) -> list[Title]:
    """Titles of a 400 file of Itaú (341), Bradesco (237) or Cresol (133). Raises ValueError."""
    bank = at(lines[0], 77, 79)
    if at(lines[0], 1, 2) != "01" or at(lines[-1], 1, 1) != "9":
        raise ValueError("falta o header ou o trailer")
    if bank not in ("341", "237", "133"):
        raise ValueError(f"CNAB 400 do banco {bank} não é conhecido aqui")
    for place, line in enumerate(lines, 1):
        if number(at(line, 395, 400)) != place:
            raise ValueError(f"a linha {place} tem a sequência {at(line, 395, 400)}")
    return [_detail_400(bank, line) for line in lines if at(line, 1, 1) == "1"]


def _detail_400(bank: str, line: str) -> Title:
    itau = bank == "341"
    cents = number(at(line, 127, 139))
    name = at(line, 235, 264) if itau else at(line, 235, 274)
    title = Title(
        bank=bank,
        layout=400,
        movement=at(line, 109, 110),
        number=at(line, 63, 70) if itau else at(line, 71, 82),
        wallet=at(line, 84, 86) if itau else at(line, 22, 24),
        document=at(line, 111, 120),
        due=day6(at(line, 121, 126)),
        cents=cents,
        use=at(line, 38, 62),
        head=at(line, 18, 29) if itau else at(line, 21, 37),
        payer=_payer(at(line, 219, 220), at(line, 221, 234), name, at(line, 275, 314), at(line, 315, 326) if itau else "",
                     at(line, 327, 334), at(line, 335, 349) if itau else "", at(line, 350, 351) if itau else ""),
        interest_kind="1",
        interest_value=number(at(line, 161, 173)),
    )  # fmt: skip
    if not itau and at(line, 66, 66) == "2":
        title.fine_basis_points = number(at(line, 67, 70))
    return title

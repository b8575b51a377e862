"""Check digits, barcode, linha digitável and BR Code, reckoned here from the rules of FEBRABAN and Bacen and from nowhere else."""

import datetime
import unicodedata

FIRST_DAY = datetime.date(1997, 10, 7)
BANK = "999"


def mod10(digits: str) -> int:
    """Check digit of a field of the linha digitável."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        product = int(digit) * (2 - place % 2)
        total += product // 10 + product % 10
    return -total % 10


def general_digit(digits43: str) -> int:
    """Check digit of the barcode: mod 11, weights 2 to 9 from the right, never 0."""
    total = sum(int(digit) * (2 + place % 8) for place, digit in enumerate(reversed(digits43)))
    rest = 11 - total % 11
    return 1 if rest in (0, 1, 10, 11) else rest


def due_factor(due: datetime.date) -> int:
    """Days since 1997-10-07; from 2025-02-22 on it begins again at 1000."""
    days = (due - FIRST_DAY).days
    return days if days <= 9999 else 1000 + (days - 10000) % 9000


def barcode(bank: str, due: datetime.date, cents: int, free_field: str) -> str:
    """The 44 digits. `free_field` has 25."""
    rest = f"{due_factor(due):04d}{cents:010d}{free_field}"
    return f"{bank}9{general_digit(bank + '9' + rest)}{rest}"


def typeable(code: str) -> str:
    """The linha digitável of a barcode, 47 digits."""
    fields = (code[:4] + code[19:24], code[24:34], code[34:44])
    return "".join(f"{each}{mod10(each)}" for each in fields) + code[4] + code[5:19]


def from_typeable(line: str) -> str:
    """The barcode of a linha digitável of 47 digits."""
    return line[:4] + line[32] + line[33:47] + line[4:9] + line[10:20] + line[21:31]


def free_field(account: int, nosso_numero: str) -> str:
    """Campo livre of this bank: branch 0001, account 7, nosso número 13, one check digit."""
    body = f"0001{account % 10_000_000:07d}{nosso_numero}"
    return body + str(mod10(body))


def crc16(text: str) -> str:
    """CRC-16/CCITT-FALSE in four hexadecimal digits; "123456789" gives 29B1."""
    crc = 0xFFFF
    for byte in text.encode():
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return f"{crc:04X}"


def plain(text: str, most: int) -> str:
    """Letters without accents, cut to a length."""
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return " ".join(folded.split())[:most].strip() or "NAO INFORMADO"[:most]


def _tlv(number: str, value: str) -> str:
    return f"{number}{len(value):02d}{value}"


def br_code(name: str, city: str, url: str = "", recurrence_url: str = "") -> str:
    """A dynamic copia-e-cola. Addresses come without `https://`, at most 77 characters; either may be missing, not both."""
    gui = _tlv("00", "br.gov.bcb.pix")
    parts = [
        _tlv("00", "01"),
        _tlv("01", "12") if url else "",
        _tlv("26", gui + (_tlv("25", url) if url else "")),
        _tlv("52", "0000"),
        _tlv("53", "986"),
        _tlv("58", "BR"),
        _tlv("59", plain(name, 25)),
        _tlv("60", plain(city, 15)),
        _tlv("62", _tlv("05", "***")),
        _tlv("80", gui + _tlv("25", recurrence_url)) if recurrence_url else "",
        "6304",
    ]
    text = "".join(parts)
    return text + crc16(text)


def br_code_urls(text: str) -> list[str]:
    """The addresses in a copia-e-cola, payment first; empty when the text is none or its CRC is wrong."""
    if not text.startswith("000201") or crc16(text[:-4]) != text[-4:].upper():
        return []
    found = []
    for number, value in _walk(text):
        if number == "26" or "80" <= number <= "99":
            found += [inner for sub, inner in _walk(value) if sub == "25"]
    return found


def _walk(text: str) -> list[tuple[str, str]]:
    pairs = []
    while len(text) >= 4 and text[2:4].isdigit():
        length = int(text[2:4])
        pairs.append((text[:2], text[4 : 4 + length]))
        text = text[4 + length :]
    return pairs


def document_is_valid(document: str) -> bool:
    """Whether a CPF or a CNPJ (also with letters) has the right check digits. Punctuation is not accepted."""
    if len(document) == 11 and document.isdigit():
        return len(set(document)) > 1 and document[9:] == _check_digits(document[:9], range(2, 13))
    if len(document) == 14 and document[12:].isdigit() and document.isalnum() and document == document.upper() and document.isascii():
        return len(set(document)) > 1 and document[12:] == _check_digits(document[:12], (2, 3, 4, 5, 6, 7, 8, 9))
    return False


def _check_digits(body: str, weights: "range | tuple[int, ...]") -> str:
    for _ in range(2):
        # CNPJ with letters: the value of a character is its ASCII code minus 48.
        total = sum((ord(each) - 48) * weights[place % len(weights)] for place, each in enumerate(reversed(body)))
        rest = total % 11
        body += str(0 if rest < 2 else 11 - rest)
    return body[-2:]

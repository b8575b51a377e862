"""The wire of a BR Code: objects of id, length and value, and the CRC at the end (EMV QRCPS-MPM, payments.md §2)."""

from collections.abc import Iterable

from malha.domain.errors import RuleError
from malha.domain.text import is_ascii_digits

_CRC_HEAD = "6304"


def crc16(text: str) -> str:
    """CRC-16/CCITT-FALSE as four hexadecimal digits: ``123456789`` is 29B1."""
    crc = 0xFFFF
    for byte in text.encode("ascii"):
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021) & 0xFFFF if crc & 0x8000 else crc << 1
    return f"{crc:04X}"


def write_objects(objects: Iterable[tuple[str, str]]) -> str:
    """The objects in a row, empty ones left out. Raises RuleError ``brcode_object_length`` (params: id) above 99 characters."""
    parts = []
    for name, value in objects:
        if len(value) > 99:
            raise RuleError("brcode_object_length", {"id": name})
        if value:
            parts.append(f"{name}{len(value):02d}{value}")
    return "".join(parts)


def read_objects(text: str) -> dict[str, str]:
    """The objects by id, in the order they came.

    Raises RuleError ``brcode_length`` where lengths do not tile the text, ``brcode_duplicate`` (params: id).
    """
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        name, length = text[at : at + 2], text[at + 2 : at + 4]
        if not is_ascii_digits(name + length) or len(length) != 2 or length == "00" or at + 4 + int(length) > len(text):
            raise RuleError("brcode_length", {"at": at})
        if name in found:
            raise RuleError("brcode_duplicate", {"id": name})
        found[name] = text[at + 4 : at + 4 + int(length)]
        at += 4 + int(length)
    return found


def seal(body: str) -> str:
    """The body with its CRC object."""
    return f"{body}{_CRC_HEAD}{crc16(body + _CRC_HEAD)}"


def unseal(code: str) -> str:
    """The body of a code whose CRC is last and right. Raises RuleError ``brcode_characters`` or ``brcode_crc``."""
    if not code.isascii() or not code.isprintable():
        raise RuleError("brcode_characters")
    if code[-8:-4] != _CRC_HEAD or crc16(code[:-4]) != code[-4:]:
        raise RuleError("brcode_crc")
    return code[:-8]

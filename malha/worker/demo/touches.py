"""What people wrote down about the demo's subscribers: notes, warnings, files."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Final

from django.core.files.base import ContentFile

from malha.core import clock
from malha.core.history import Actor
from malha.customers.services import attachments, notes
from malha.worker.demo.stories import Subscriber

NOTES: Final = (
    # who wrote it, whether it is pinned, what
    ("tiago", True, "Cachorro bravo no quintal: ligar antes de ir."),
    ("joana", True, "Prefere falar por WhatsApp depois das 18h."),
    ("tiago", True, "Caixa de atendimento CTO-14, porta 6. Roteador na sala, atrás da estante."),
    ("marina", True, "Pede a cobrança impressa: deixar com a filha, no número 318."),
    ("joana", False, "Ligou perguntando sobre o plano de 700 Mega. Retornar em dezembro."),
    ("tiago", False, "Trocado o conector da ONU. Sinal em -19,8 dBm."),
    ("joana", False, "Vai viajar por dois meses; o filho responde pelo contrato."),
)
ALERTS: Final = (
    "Titular faleceu: falar com a filha, Simone, no segundo telefone.",
    "Não passar informações por telefone: há disputa entre os sócios.",
)
FILES: Final = (
    ("contrato-assinado.pdf", "joana"),
    ("medicao-de-sinal.txt", "tiago"),
    ("comprovante-de-endereco.pdf", "joana"),
)
SIGNAL: Final = "ONU HWTC8A2F31C4\nRX  -19,8 dBm\nTX    2,3 dBm\nCTO-14, porta 6, 312 m\n"


def add(everybody: Iterable[Subscriber], staff: Mapping[str, Actor]) -> None:
    """Everything below, each at its own moment, each by one of the staff."""
    plain = [subscriber for subscriber in everybody if subscriber.person.fate == "active"]
    _annotate(plain, staff)
    _warn(plain, staff["admin"])
    _file(plain, staff)


def _annotate(subscribers: list[Subscriber], staff: Mapping[str, Actor]) -> None:
    for index, subscriber in enumerate(subscribers[2::9]):
        username, is_pinned, text = NOTES[index % len(NOTES)]
        with clock.frozen(max(_days_ago(1 + index * 3), subscriber.person.at + timedelta(hours=1))):
            notes.add(customer=subscriber.customer, text=text, is_pinned=is_pinned, actor=staff[username])


def _warn(subscribers: list[Subscriber], actor: Actor) -> None:
    for text, subscriber in zip(ALERTS, subscribers[len(subscribers) // 3 :: len(subscribers) // 3 or 1], strict=False):
        with clock.frozen(max(_days_ago(12), subscriber.person.at + timedelta(hours=1))):
            notes.set_alert(customer=subscriber.customer, text=text, actor=actor)


def _file(subscribers: list[Subscriber], staff: Mapping[str, Actor]) -> None:
    for index, subscriber in enumerate(subscribers[4::60]):
        for name, username in FILES[: 1 + index % len(FILES)]:
            body = SIGNAL.encode() if name.endswith(".txt") else _page(subscriber.customer.name)
            with clock.frozen(subscriber.person.at + timedelta(minutes=40)):
                attachments.add(customer=subscriber.customer, file=ContentFile(body, name), actor=staff[username])


def _days_ago(days: int) -> datetime:
    return datetime.combine(clock.now().date() - timedelta(days=days), time(13, 20 + days % 40), UTC)


def _page(words: str) -> bytes:
    """A PDF of one page with one line, as small as the format allows."""
    line = f"BT /F1 14 Tf 60 760 Td ({words} - documento de exemplo) Tj ET".encode("cp1252", "replace")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(line), line),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    )
    body, starts = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        starts.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    return body + head + table + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(body))

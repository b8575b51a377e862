"""Boletos on paper: a thousand A4 sheets or a thousand slips of carnês as one PDF.

    python -m bench.slips A4 1000        # prints JSON; or CARNE

A process of its own for each layout, whose memory has seen nothing else. No database is asked.
"""

import json
import resource
import sys
import time
from collections.abc import Iterator
from datetime import date
from typing import Any

import django

from malha.domain.boleto import Barcode
from malha.domain.money import Money
from malha.reports.slip import Layout, Slip, SlipLine, stream_pdf

INSTALLMENTS = 12
PIX = (
    "00020101021226870014br.gov.bcb.pix2565pix.exemplo.com.br/qr/v2/cobv/9d36b84fc70b478fb95c12729b90ca25"
    "5204000053039865802BR5912REDE EXEMPLO6008CAMPINAS62070503***6304"
)


def _slips(count: int) -> Iterator[Slip]:
    for number in range(count):
        amount = Money(10990 + number)
        code = Barcode("341", 1250, amount, f"{number:025d}")
        yield Slip(
            beneficiary="Rede Exemplo Telecomunicações Ltda", beneficiary_document="CNPJ 12.345.678/0001-95",
            beneficiary_address="Rua das Palmeiras, 1200, Centro, Campinas/SP", payer=f"Cliente {number // INSTALLMENTS} de Souza Lima",
            payer_document="CPF 123.456.789-09", payer_address="Av. Brasil, 450, ap. 32, Campinas/SP", document_number=str(number),
            issued_on=date(2026, 3, 10), due_date=date(2026, 3, 25), amount=amount, bank_code="341-7", bank_name="Itaú",
            lines=(SlipLine("Plano Fibra 300 Mega", amount),), linha_digitavel=code.linha_digitavel, barcode=code.digits,
            agencia_codigo="1234 / 56789-0", nosso_numero=f"109/{number:08d}-6", carteira="109", place_of_payment="Qualquer banco",
            instructions=("Após o vencimento cobrar multa de 2% e juros de 1% ao mês.",), pix=f"{PIX}{number:04d}",
            installment=f"{number % INSTALLMENTS + 1}/{INSTALLMENTS}",
        )  # fmt: skip


def draw(layout: Layout, count: int) -> dict[str, Any]:
    """Seconds, and the most memory that the process held."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    began, worked = time.perf_counter(), time.process_time()
    size = sum(len(block) for block in stream_pdf(_slips(count), layout))
    seconds, work = time.perf_counter() - began, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "slips": count, "seconds": round(seconds, 1), "cpu_ms_each": round(work / count * 1000, 1), "memory_before_mb": round(before),
        "memory_peak_mb": round(peak), "megabytes_of_pdf": round(size / 1e6, 1),
    }  # fmt: skip


if __name__ == "__main__":
    django.setup()
    print(json.dumps(draw(Layout(sys.argv[1]), int(sys.argv[2]))))

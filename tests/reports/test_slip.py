"""What is drawn is read back: bars and QR codes from the picture of the page, texts from the file."""

import importlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pypdfium2
import pytest
from django.utils import translation

from malha.core import pdf
from malha.domain.boleto import Barcode
from malha.domain.errors import RuleError
from malha.domain.money import Money
from malha.reports.slip import Layout, Slip, SlipLine, slip_pdf, stream_pdf
from tools import ground

if not ground.has_zbar():
    pytest.skip("ZBar is missing: " + ground.apt_line(ground.ZBAR), allow_module_level=True)
pyzbar = importlib.import_module("pyzbar.pyzbar")  # raises ImportError without its library of the system

pytestmark = pytest.mark.skipif(not pdf.is_available(), reason="Pango is missing")

DOTS = 300 / 72
MM = 72 / 25.4
LONG = "Associação Beneficente dos Moradores e Produtores Rurais do Assentamento Nossa Senhora da Conceição Aparecida do Norte"
PIX = (
    "00020101021226870014br.gov.bcb.pix2565pix.exemplo.com.br/qr/v2/cobv/9d36b84fc70b478fb95c12729b90ca25"
    "5204000053039865802BR5912REDE EXEMPLO6008CAMPINAS62070503***6304"
)


@pytest.fixture(autouse=True)
def in_portuguese() -> Iterator[None]:
    with translation.override("pt-br"):
        yield


def make(number: int = 0, **more: Any) -> Slip:
    """A boleto of Itaú whose codes are its own."""
    code = Barcode("341", 1250, Money(10990 + number), f"{109_00012345 + number:025d}")
    texts: dict[str, Any] = {
        "beneficiary": "Rede Exemplo Telecomunicações Ltda", "beneficiary_document": "CNPJ 12.345.678/0001-95",
        "beneficiary_address": "Rua das Palmeiras, 1200, Centro, Campinas/SP", "payer": "Maria Aparecida de Souza Lima",
        "payer_document": "CPF 123.456.789-09", "payer_address": "Av. Brasil, 450, Campinas/SP", "document_number": f"{10452 + number}",
        "issued_on": date(2026, 3, 10), "due_date": date(2026, 3, 25), "amount": Money(10990 + number),
        "lines": (SlipLine("Plano Fibra 300 Mega", Money(10990 + number)),), "bank_code": "341-7", "bank_name": "Itaú",
        "linha_digitavel": code.linha_digitavel, "barcode": code.digits, "agencia_codigo": "1234 / 56789-0",
        "nosso_numero": "109/00012345-6", "carteira": "109", "place_of_payment": "Pagável em qualquer banco",
        "instructions": ("Após o vencimento cobrar multa de 2%.",), "pix": f"{PIX}{number:04d}",
    }  # fmt: skip
    return Slip(**(texts | more))


def informal(slip: Slip) -> Slip:
    return replace(slip, barcode="", linha_digitavel="", bank_code="", bank_name="", nosso_numero="", agencia_codigo="")


class Paper:
    """A PDF, looked at: codes and texts by page."""

    def __init__(self, made: bytes) -> None:
        document = pypdfium2.PdfDocument(made)
        self.sizes = [page.get_size() for page in document]
        self.pictures = [page.render(scale=DOTS).to_pil().convert("L") for page in document]
        self.texts = [page.get_textpage().get_text_bounded() for page in document]
        document.close()

    def read(self, page: int, kind: str) -> list[Any]:
        found = pyzbar.decode(self.pictures[page], symbols=[pyzbar.ZBarSymbol[kind]])
        return sorted(found, key=lambda code: code.rect.top)

    def codes(self, page: int, kind: str) -> list[str]:
        return [code.data.decode() for code in self.read(page, kind)]


def test_a_boleto_is_one_a4_sheet_whose_bars_qr_and_linha_read_back() -> None:
    slip = make()

    paper = Paper(slip_pdf([slip], Layout.A4))

    assert [(round(width / MM), round(height / MM)) for width, height in paper.sizes] == [(210, 297)]
    assert (paper.codes(0, "I25"), paper.codes(0, "QRCODE")) == ([slip.barcode], [slip.pix])
    assert paper.texts[0].count(slip.linha_digitavel) == 2
    for words in (
        "341-7",
        "R$ 109,90",
        "25/03/2026",
        "Plano Fibra 300 Mega",
        slip.nosso_numero,
        slip.agencia_codigo,
        "Ficha de compensação",
    ):
        assert words in paper.texts[0].replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("layout", list(Layout))
def test_the_bars_are_103_by_13_mm_with_5_mm_of_white_at_each_side(layout: Layout) -> None:
    paper = Paper(slip_pdf([make()], layout))

    picture = paper.pictures[-1]
    code = paper.read(len(paper.pictures) - 1, "I25")[0]
    middle = code.rect.top + code.rect.height // 2
    row = [picture.getpixel((x, middle)) < 128 for x in range(picture.width)]
    # zbar says where the bars are to a few dots: from there, bars go on while no gap is as wide as a quiet zone.
    dots_a_mm = 300 / 25.4
    first = last = code.rect.left + code.rect.width // 2
    while any(row[first - round(5 * dots_a_mm) + 1 : first]):
        first = row.index(True, first - round(5 * dots_a_mm) + 1)
    while any(row[last + 1 : last + round(5 * dots_a_mm)]):
        last += 1
    assert (last - first) / dots_a_mm == pytest.approx(103, abs=0.5)
    column = [picture.getpixel((first + 1, y)) < 128 for y in range(picture.height)]
    top = bottom = middle
    while column[top - 1]:
        top -= 1
    while bottom + 1 < len(column) and column[bottom + 1]:
        bottom += 1
    assert (bottom - top + 1) / dots_a_mm == pytest.approx(13, abs=0.3)


def test_a_carne_of_twelve_is_a_cover_and_four_sheets_of_three() -> None:
    slips = [make(number, installment=f"{number + 1}/12") for number in range(12)]

    paper = Paper(slip_pdf(slips, Layout.CARNE))

    assert len(paper.pictures) == 5
    cover = paper.texts[0].replace("\N{NO-BREAK SPACE}", " ")
    assert slips[0].payer in cover and "12/12" in cover and "R$ 1.319,46" in cover
    assert [code for page in range(1, 5) for code in paper.codes(page, "I25")] == [slip.barcode for slip in slips]
    assert [code for page in range(1, 5) for code in paper.codes(page, "QRCODE")] == [slip.pix for slip in slips]
    assert all(slip.linha_digitavel in paper.texts[1 + at // 3] for at, slip in enumerate(slips))


@pytest.mark.parametrize("drawn", [make(), informal(make())], ids=["boleto", "informal"])
@pytest.mark.parametrize("layout", list(Layout))
def test_a_qr_code_is_square(layout: Layout, drawn: Slip) -> None:
    paper = Paper(slip_pdf([drawn], layout))

    code = paper.read(-1, "QRCODE")[0]
    assert code.rect.width == pytest.approx(code.rect.height, rel=0.015)


def test_every_payer_has_a_cover_of_their_own() -> None:
    slips = [make(0), make(1), make(2, payer="João Batista"), make(3, payer="João Batista")]

    paper = Paper(slip_pdf(slips, Layout.CARNE))

    assert [len(paper.codes(page, "I25")) for page in range(4)] == [0, 2, 0, 2]
    assert "João Batista" in paper.texts[2]


@pytest.mark.parametrize("layout", list(Layout))
def test_long_texts_push_nothing_off_the_sheet(layout: Layout) -> None:
    slip = make(
        beneficiary=LONG, payer=LONG, payer_address=f"{LONG}, {LONG}", beneficiary_address=LONG, nosso_numero="1234567890123456789012345",
        document_number="ABCDEF123456789", bank_name="Banco Cooperativo do Brasil S.A. - Bancoob", instructions=(LONG,) * 6,
        lines=tuple(SlipLine(f"{at} {LONG}", Money(1000)) for at in range(6)),
    )  # fmt: skip

    paper = Paper(slip_pdf([slip], layout))

    assert len(paper.pictures) == (1 if layout == Layout.A4 else 2)
    assert (paper.codes(-1, "I25"), paper.codes(-1, "QRCODE")) == ([slip.barcode], [slip.pix])
    text = paper.texts[-1]
    assert slip.linha_digitavel in text and slip.nosso_numero in text and slip.document_number in text


def test_lines_that_find_no_room_are_summed_up_in_one() -> None:
    slip = make(lines=tuple(SlipLine(f"Item {at}", Money(100)) for at in range(20)))

    text = Paper(slip_pdf([slip], Layout.A4)).texts[0]

    assert "Item 12" in text and "Item 13" not in text
    assert "Mais 7 itens" in text and "7,00" in text


def test_without_pix_there_is_no_qr_and_no_word_of_pix() -> None:
    slip = make(pix="")

    for layout in Layout:
        paper = Paper(slip_pdf([slip], layout))
        assert (paper.codes(-1, "I25"), paper.codes(-1, "QRCODE")) == ([slip.barcode], [])
        assert "Pix" not in paper.texts[-1]


def test_an_informal_charge_is_a_fatura_without_a_bank() -> None:
    slip = informal(make())

    for layout in Layout:
        paper = Paper(slip_pdf([slip], layout))
        assert (paper.codes(-1, "I25"), paper.codes(-1, "QRCODE")) == ([], [slip.pix])
        assert "compensação" not in paper.texts[-1] and "Nosso número" not in paper.texts[-1]
        assert slip.payer in paper.texts[-1]


def test_bars_of_something_else_than_digits_are_refused() -> None:
    with pytest.raises(RuleError):
        slip_pdf([make(barcode="12345")], Layout.A4)
    with pytest.raises(ValueError):
        slip_pdf([], Layout.A4)


def test_markup_in_a_name_is_only_text() -> None:
    text = Paper(slip_pdf([make(payer="<b>Ana</b> & Cia")], Layout.A4)).texts[0]

    assert "<b>Ana</b> & Cia" in text


@pytest.mark.parametrize("layout", list(Layout))
def test_a_stream_is_one_file_with_all_of_them_in_order(layout: Layout) -> None:
    slips = [make(number) for number in range(7)]

    paper = Paper(b"".join(stream_pdf(slips, layout, chunk=3)))

    found = [code for page in range(len(paper.pictures)) for code in paper.codes(page, "I25")]
    assert found == [slip.barcode for slip in slips]
    assert [code for page in range(len(paper.pictures)) for code in paper.codes(page, "QRCODE")] == [slip.pix for slip in slips]

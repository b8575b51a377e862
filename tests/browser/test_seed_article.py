"""The seed article "Como cadastrar um novo cliente", paragraph by paragraph, in a real browser, down to the router.

Each step quotes the article. The pictures of docs/guia/cadastrar-cliente.md are taken here when MALHA_PICTURES names the folder
docs/guia/imagens (`make docs`), so that they cannot show a page that no longer exists.
"""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.product import Product
from tests.support.raw_router_client import RawClient

PICTURES = os.environ.get("MALHA_PICTURES", "")


def picture(page: Page, name: str) -> None:
    """For the guide."""
    if PICTURES:
        page.wait_for_timeout(300)
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), caret="initial")  # hiding it needs a style that the CSP forbids


def secret(product: Product, router: str, name: str) -> dict[str, str] | None:
    """What an independent connection sees on the router."""
    row = next(row for row in product.routers if row["name"] == router)
    with RawClient(int(row["port"])) as outsider:
        outsider.login(str(row["username"]), str(row["password"]))
        found = outsider.rows("/ppp/secret/print", f"?name={name}")
    return found[0] if found else None


@pytest.fixture
def router_name(product: Product) -> str:
    return str(product.routers[0]["name"])


def test_the_seed_article_word_by_word(page: Page, product: Product, router_name: str):
    # "Acesse o menu CLIENTES aba TODOS."
    page.get_by_role("navigation", name="Menu principal").get_by_role("link", name="Clientes").click()
    expect(page.get_by_role("link", name="Todos")).to_have_attribute("aria-current", "page")
    picture(page, "clientes")

    # "Para fazer seu primeiro cadastro, clique na opção, NOVO CLIENTE."
    page.get_by_role("link", name="Novo cliente").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Novo cliente")

    # "Na página de cadastro, identifique os dados do cliente."
    fill_customer(page)
    # "Em seguida, adicione telefone para contato e preencha os campos de endereço."
    fill_phone_and_address(page)
    # "Na página de contrato, identifique os dados para cobrança."
    fill_contract(page)
    # "… para cadastro da autenticação do cliente, clique em, NOVO PLANO DE ACESSO."
    page.get_by_role("button", name="Novo plano de acesso").click()
    # "… preencha os dados necessários da autenticação. LOGIN, SENHA, SERVIDOR E PLANO."
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    dialog.get_by_role("textbox", name="Login").fill("rosa.artigo")
    dialog.locator("[name$=password]").fill("x7kq-29pm")
    dialog.get_by_label("Servidor").select_option(label=option(dialog, "Servidor", router_name))
    dialog.get_by_label("Plano").select_option(label=option(dialog, "Plano", "Fibra 500 Mega"))
    picture(page, "plano-de-acesso")

    # "Após preencher esses quatro campos, clique em CADASTRAR, para finalizar e salvar o cadastro do cliente."
    dialog.get_by_role("button", name="Cadastrar").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Rosa Maria do Artigo")
    # "… sendo também possível cadastrar a autenticação do seu cliente sem precisar acessar o Mikrotik."
    expect(page.get_by_text("igual ao roteador").first).to_be_visible(timeout=15_000)
    picture(page, "cliente-cadastrado")

    entry = secret(product, router_name, "rosa.artigo")
    assert entry is not None
    assert (entry["profile"], entry["service"], entry["password"]) == ("malha-fibra-500", "pppoe", "x7kq-29pm")


def field(page: Page, section: str, label: str) -> Locator:
    """The control of a section under the label that a reader sees."""
    return page.locator(section).get_by_label(re.compile(f"^{label}")).first


def fill_customer(page: Page) -> None:
    """Nome · E-mail · Tipo de Pessoa · RG/Inscrição Estadual · CPF/CNPJ · Data de Nascimento."""
    order = ["Nome", "E-mail", "Tipo de pessoa", "RG", "CPF", "Data de nascimento"]
    assert labels_in_order(page, "#s1", order) == order
    field(page, "#s1", "Nome").fill("Rosa Maria do Artigo")
    field(page, "#s1", "E-mail").fill("rosa.artigo@exemplo.com.br")
    # "RG para pessoa Física ou Inscrição Estadual para pessoa Jurídica"
    page.locator("#s1").get_by_text("Jurídica", exact=True).click()
    order = ["Razão social", "E-mail", "Tipo de pessoa", "Inscrição Estadual", "CNPJ", "Data de abertura"]
    assert labels_in_order(page, "#s1", order) == order
    page.locator("#s1").get_by_text("Física", exact=True).click()
    expect(field(page, "#s1", "Nome")).to_have_value("Rosa Maria do Artigo")
    field(page, "#s1", "RG").fill("MG-12.345.678")
    field(page, "#s1", "CPF").fill("52998224725")
    field(page, "#s1", "Data de nascimento").fill("14/03/1978")
    expect(field(page, "#s1", "CPF")).to_have_value("529.982.247-25")
    picture(page, "dados-do-cliente")


def fill_phone_and_address(page: Page) -> None:
    """Telefone para contato, campos de endereço."""
    field(page, "#s2", "Telefone").fill("35988000204")
    field(page, "#s2", "De quem é").fill("Rosa (celular)")
    for label, value in (
        ("CEP", "37000-120"),
        ("Rua", "Rua das Acácias"),
        ("Número", "312"),
        ("Bairro", "Vila Aurora"),
        ("Cidade", "Monte Claro"),
    ):
        field(page, "#s3", label).fill(value)
    field(page, "#s3", "UF").select_option("MG")
    page.locator("#s2").scroll_into_view_if_needed()
    picture(page, "telefone-e-endereco")


def fill_contract(page: Page) -> None:
    """Dia de Vencimento · Formas de Pagamento · Modelo de Contrato · Desconto e Acréscimo · Dias para pendência e bloqueio."""
    order = [
        "Dia de vencimento",
        "Formas de pagamento",
        "Modelo de contrato",
        "Desconto",
        "Acréscimo",
        "Dias para pendência",
        "Dias para bloqueio",
    ]
    assert labels_in_order(page, "#s4", order) == order
    field(page, "#s4", "Dia de vencimento").select_option("20")
    # "Informal (sem código de barras, necessário confirmar manualmente)"
    expect(page.locator("#s4").get_by_text("Sem código de barras").first).to_be_visible()
    field(page, "#s4", "Desconto").fill("10,00")
    # "Não é obrigatório preencher, pois a configuração padrão já funciona para todos clientes"
    expect(field(page, "#s4", "Dias para pendência")).to_have_attribute("placeholder", "3 (padrão)")
    expect(field(page, "#s4", "Dias para bloqueio")).to_have_attribute("placeholder", "18 (padrão)")
    page.locator("#s4").scroll_into_view_if_needed()
    picture(page, "contrato-e-cobranca")


def labels_in_order(page: Page, section: str, wanted: list[str]) -> list[str]:
    """Which of the wanted labels the section shows, in the order in which a reader meets them."""
    shown = [text.strip().rstrip("*").strip() for text in page.locator(f"{section} .form-label:visible").all_inner_texts()]
    found = []
    for text in shown:
        match = next((label for label in wanted if text.lower().startswith(label.lower()) and label not in found), None)
        if match:
            found.append(match)
    return found


def option(dialog: Locator, label: str, text: str) -> str:
    """The whole text of the option that begins with `text`: routers and plans say more about themselves."""
    texts = dialog.get_by_label(label).locator("option").all_inner_texts()
    return next(found for found in texts if found.strip().startswith(text))

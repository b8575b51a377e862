"""The seed article "Como cadastrar um novo cliente", paragraph by paragraph, in a real browser, down to the router.

Each step quotes the article. The pictures of docs/guia/cadastrar-cliente.md are taken here when MALHA_PICTURES names the folder
docs/guia/imagens (`make docs`), so that they cannot show a page that no longer exists.
"""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.product import Product
from tests.support.raw_router_client import RawClient

PICTURES = os.environ.get("MALHA_PICTURES", "")


def picture(page: Page, name: str) -> None:
    """For the guide."""
    if PICTURES:
        page.wait_for_timeout(300)
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"))


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
    dialog.get_by_label("Login").fill("rosa.artigo")
    dialog.get_by_label("Senha", exact=True).fill("x7kq-29pm")
    dialog.get_by_label("Servidor").select_option(label=option(dialog, "Servidor", router_name))
    dialog.get_by_label("Plano").select_option(label=option(dialog, "Plano", "Fibra 500 Mega"))
    picture(page, "plano-de-acesso")

    # "Após preencher esses quatro campos, clique em CADASTRAR, para finalizar e salvar o cadastro do cliente."
    dialog.get_by_role("button", name="Cadastrar").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Rosa Maria do Artigo")
    # "… sendo também possível cadastrar a autenticação do seu cliente sem precisar acessar o Mikrotik."
    expect(page.get_by_text("No roteador").first).to_be_visible(timeout=15_000)
    picture(page, "cliente-cadastrado")

    entry = secret(product, router_name, "rosa.artigo")
    assert entry is not None
    assert (entry["profile"], entry["service"], entry["password"]) == ("malha-fibra-500", "pppoe", "x7kq-29pm")


def fill_customer(page: Page) -> None:
    """Nome · E-mail · Tipo de Pessoa · RG/Inscrição Estadual · CPF/CNPJ · Data de Nascimento."""
    order = ["Nome", "E-mail", "Tipo de pessoa", "RG", "CPF", "Data de nascimento"]
    assert labels_in_order(page, "#s1", order) == order
    page.get_by_label("Nome", exact=False).first.fill("Rosa Maria do Artigo")
    page.get_by_label("E-mail").fill("rosa.artigo@exemplo.com.br")
    # "RG para pessoa Física ou Inscrição Estadual para pessoa Jurídica"
    page.get_by_text("Jurídica", exact=True).click()
    expect(page.get_by_text("Inscrição Estadual").first).to_be_visible()
    expect(page.get_by_text("CNPJ").first).to_be_visible()
    expect(page.get_by_text("Data de abertura").first).to_be_visible()
    page.get_by_text("Física", exact=True).click()
    expect(page.get_by_label("Nome", exact=False).first).to_have_value("Rosa Maria do Artigo")
    page.get_by_label("RG").fill("MG-12.345.678")
    page.get_by_label("CPF").fill("52998224725")
    page.get_by_label("Data de nascimento").fill("14/03/1978")
    expect(page.get_by_label("CPF")).to_have_value("529.982.247-25")
    picture(page, "dados-do-cliente")


def fill_phone_and_address(page: Page) -> None:
    """Telefone para contato, campos de endereço."""
    page.get_by_label("Telefone").first.fill("35988000204")
    page.get_by_label("De quem é").first.fill("Rosa (celular)")
    page.get_by_label("CEP").fill("37000-120")
    page.get_by_label("Rua").fill("Rua das Acácias")
    page.get_by_label("Número").fill("312")
    page.get_by_label("Bairro").fill("Vila Aurora")
    page.get_by_label("Cidade").fill("Monte Claro")
    page.get_by_label("UF").select_option("MG")
    page.get_by_label("Telefone").first.scroll_into_view_if_needed()
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
    page.get_by_label("Dia de vencimento").select_option("20")
    # "Informal (sem código de barras, necessário confirmar manualmente)"
    expect(page.get_by_text("Sem código de barras").first).to_be_visible()
    page.get_by_label("Desconto").fill("10,00")
    # "Não é obrigatório preencher, pois a configuração padrão já funciona para todos clientes"
    expect(page.get_by_label("Dias para pendência")).to_have_attribute("placeholder", "3 (padrão)")
    expect(page.get_by_label("Dias para bloqueio")).to_have_attribute("placeholder", "18 (padrão)")
    page.get_by_label("Dia de vencimento").scroll_into_view_if_needed()
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


def option(dialog, label: str, text: str) -> str:
    """The whole text of the option that begins with `text`: routers and plans say more about themselves."""
    texts = dialog.get_by_label(label).locator("option").all_inner_texts()
    return next(found for found in texts if found.strip().startswith(text))

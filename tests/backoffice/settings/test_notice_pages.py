"""Words and brand of the notice pages, and their preview."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from malha.core.models import HistoryEntry
from malha.dunning.models import NoticeTexts
from malha.dunning.queries import notice_texts
from tests import make

pytestmark = pytest.mark.django_db
PATH = "/configuracoes/paginas-de-aviso/"
PREVIEW = f"{PATH}previa/"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40
GOOD = {
    "blocked_title": "Internet parada",
    "blocked_text": "Pague e volte.",
    "how_to_pay": "Na loja, das 8 às 18 h.",
    "whatsapp": "(35) 98800-0204",
    "brand_color": "#0B5D1E",
}


@pytest.fixture(autouse=True)
def _admin(client):
    make.company()
    client.force_login(make.user("ADMIN"))


def picture(content: bytes = PNG, name: str = "logo.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/png")


def test_what_is_saved_shows_on_the_page_and_stands_in_the_history(client):
    assert client.post(PATH, {**GOOD, "logo": picture()}).status_code == 302

    texts = notice_texts()
    assert (texts.blocked_title, texts.whatsapp, texts.brand_color) == ("Internet parada", "+5535988000204", "#0b5d1e")
    assert texts.logo_type == "image/png" and texts.pending_title == ""
    entry = HistoryEntry.objects.get(verb="notice_texts.changed")
    assert entry.before["brand_color"] == "#3446c6" and entry.after["brand_color"] == "#0b5d1e"
    assert len(str(entry.after["logo"])) < 40
    page = client.get(PREVIEW).content.decode()
    for shown in (
        "<h1>Internet parada</h1>",
        "Pague e volte.",
        "Na loja, das 8 às 18 h.",
        "https://wa.me/5535988000204",
        "#0b5d1e",
        "data:image/png",
    ):
        assert shown in page


def test_the_built_in_text_stands_behind_an_empty_field(client):
    page = client.get(PATH).content.decode()

    assert 'placeholder="Sua internet está bloqueada"' in page
    assert "<h1>Sua internet está bloqueada</h1>" in client.get(PREVIEW).content.decode()
    assert "<h1>Sua fatura venceu</h1>" in client.get(f"{PREVIEW}?pagina=pendencia").content.decode()


def test_saved_again_without_a_file_the_logo_stays_until_it_is_taken_away(client):
    client.post(PATH, {**GOOD, "logo": picture()})
    client.post(PATH, GOOD)
    assert notice_texts().logo

    client.post(PATH, {**GOOD, "removes_logo": "on"})

    assert (notice_texts().logo, notice_texts().logo_type) == ("", "")


def test_nothing_new_writes_nothing(client):
    client.post(PATH, GOOD)
    client.post(PATH, GOOD)

    assert HistoryEntry.objects.filter(verb="notice_texts.changed").count() == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"brand_color": "#ffd400"}, "contraste 1,4"),
        ({"brand_color": "azul"}, "seis dígitos"),
        ({"brand_color": ""}, "obrigatório"),
        ({"brand_color": "#000}*{display:none"}, "seis dígitos"),
        ({"whatsapp": "98800"}, "DDD"),
        ({"blocked_title": "x" * 61}, "60 caracteres"),
        ({"how_to_pay": "x" * 501}, "500 caracteres"),
        ({"logo": picture(b"<svg xmlns='http://www.w3.org/2000/svg'/>")}, "PNG ou JPEG"),
        ({"logo": picture(PNG + b"x" * 12_000)}, "limite é 12 kB"),
        ({"logo": picture(b"")}, "vazio"),
    ],
)
def test_wrong_input_says_what_to_do_and_changes_nothing(client, wrong, sentence):
    answer = client.post(PATH, {**GOOD, **wrong})

    assert answer.status_code == 422 and sentence in answer.content.decode()
    assert not NoticeTexts.objects.exists()


def test_the_preview_shows_what_is_typed_and_saves_nothing(client):
    page = client.post(PREVIEW, {**GOOD, "pagina": "bloqueio", "logo": picture()}).content.decode()

    assert "<h1>Internet parada</h1>" in page and "#0b5d1e" in page and "data:image/png" in page
    assert not NoticeTexts.objects.exists()


def test_what_is_wrong_shows_as_it_was_saved(client):
    client.post(PATH, GOOD)

    page = client.post(PREVIEW, {**GOOD, "brand_color": "#ffd400", "whatsapp": "9", "blocked_title": "x" * 99, "how_to_pay": "Novo"})

    text = page.content.decode()
    assert "#0b5d1e" in text and "#ffd400" not in text and "wa.me/5535988000204" in text
    assert "<h1>Internet parada</h1>" in text and "Novo" in text


def test_only_this_page_may_be_framed_and_only_by_us(client):
    settings_page, preview = client.get(PATH), client.get(PREVIEW)

    assert "frame-src 'self'" in settings_page["Content-Security-Policy"]
    assert "frame-src" not in client.get("/configuracoes/")["Content-Security-Policy"]
    assert preview["X-Frame-Options"] == "SAMEORIGIN"
    policy = preview["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy and "form-action 'none'" in policy and "script-src" not in policy


def test_the_example_names_nobody_real(client):
    make.contract()

    page = client.get(PREVIEW).content.decode()

    assert "Cleber" in page and "Rosa" not in page and 'name="token" value=""' in page

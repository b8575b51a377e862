"""The pages of a router at the door, without a router behind them: lists, forms, refusals, counts of statements."""

import pytest
from django.test import Client

from malha.core import clock
from malha.core.history import SYSTEM
from malha.network.models import AddressPool, Divergence, Router, RouterCommand, SyncRun
from malha.network.services import base_setup
from malha.staff.roles import Role
from tests import make

FORM = {
    "name": "CCR Centro",
    "host": "10.0.0.1",
    "port": "8729",
    "tls_mode": "PINNED",
    "api_username": "malha",
    "api_password": "x7kq-29pm-segredo",
    "driver": "mikrotik",
    "enabled_methods": ["PPPOE"],
    "max_accesses": "1000",
    "kicks_per_second": "50",
    "pending_list": "malha-pendente",
    "blocked_list": "malha-bloqueado",
    "garden_list": "malha-livre",
    "block_profile": "malha-bloqueado",
    "block_pool": "malha-bloqueado",
    "block_pool_ranges": "100.127.0.1-100.127.15.254",
    "walled_garden": "central.provedor.com.br\r\n200.1.2.0/24",
    "do": "save",
}
TABS = ("", "acessos/", "divergencias/", "fila/", "perfis/", "base/", "registro/")


def divergence(router: Router, name: str = "rosa", **values: object) -> Divergence:
    now = clock.now()
    defaults = {"kind": "STRANGER", "table": "ppp/secret", "found": "FIBRA-300", "fields": {"profile": "FIBRA-300"}}
    return Divergence.objects.create(router=router, name=name, since=now, seen_at=now, **{**defaults, **values})


def test_without_routers_the_list_is_a_guide_with_the_script(client: Client) -> None:
    page = client.get("/servidores/").content.decode()

    assert "Conecte o primeiro MikroTik" in page
    assert "/user group add name=malha policy=api,read,write,test,sensitive" in page
    password = page.split('name="api_password" value="')[1].split('"')[0]
    assert len(password) >= 16 and f'password="{password}"' in page.replace("&quot;", '"')


def test_the_guide_carries_its_password_to_the_registration(client: Client) -> None:
    typed = {"do": "script", "api_password": "abc-do-roteiro", "host": "10.9.9.9", "port": "8729"}
    page = client.post("/servidores/novo/", typed).content.decode()

    assert 'value="abc-do-roteiro"' in page and 'value="10.9.9.9"' in page
    assert "password=&quot;abc-do-roteiro&quot;" in page
    assert not Router.objects.exists()


def test_a_new_router_is_offered_a_block_pool_that_no_other_has(client: Client) -> None:
    assert 'value="100.127.0.1-100.127.15.254"' in client.get("/servidores/novo/").content.decode()
    make.router(block_pool_ranges="100.127.0.1-100.127.15.254")
    make.router(block_pool_ranges="100.127.32.1-100.127.47.254")

    assert 'value="100.127.16.1-100.127.31.254"' in client.get("/servidores/novo/").content.decode()


def test_a_router_is_registered_although_it_is_away(client: Client) -> None:
    answer = client.post("/servidores/novo/", FORM)

    router = Router.objects.get()
    assert answer.status_code == 302 and answer["Location"] == f"/servidores/{router.pk}/base/"
    assert (router.host, router.api_password, router.due_at is not None) == ("10.0.0.1", "x7kq-29pm-segredo", True)
    assert router.walled_garden == ["central.provedor.com.br", "200.1.2.0/24"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": ""}, "Dê um nome"),
        ({"name": "x" * 10_000}, "no máximo 60"),
        ({"host": "http://10.0.0.1"}, "sem http://"),
        ({"port": "abc"}, "número inteiro"),
        ({"port": "70000"}, "de 1 a 65535"),
        ({"api_password": ""}, "Preencha"),
        ({"enabled_methods": []}, "pelo menos um"),
        ({"kicks_per_second": "-1"}, "sem limite"),
        ({"walled_garden": "*.banco.com.br"}, "*.banco.com.br"),
        ({"block_pool_ranges": "tudo"}, "100.64.8.2-100.64.11.254"),
    ],
)
def test_what_is_wrong_is_told_with_422_and_nothing_typed_is_lost(client: Client, change: dict[str, object], sentence: str) -> None:
    answer = client.post("/servidores/novo/", {**FORM, "description": "Torre do morro", **change})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "Torre do morro" in page
    assert not Router.objects.exists()


def test_the_script_follows_what_is_typed(client: Client) -> None:
    changed = {"port": "8728", "tls_mode": "PLAIN", "api_username": "api-malha", "our_addresses": "10.0.0.5, 10.0.0.6"}
    typed = {**FORM, **changed, "do": "script"}
    answer = client.post("/servidores/novo/", typed, headers={"HX-Request": "true"})

    script = answer.content.decode().replace("&quot;", '"')
    assert "<html" not in script
    assert 'name=api-malha group=malha password="x7kq-29pm-segredo" address="10.0.0.5,10.0.0.6"' in script
    assert "/ip service set api disabled=no port=8728" in script


def test_testing_a_closed_port_answers_in_words_and_saves_nothing(client: Client) -> None:
    answer = client.post("/servidores/novo/", {**FORM, "do": "test", "host": "127.0.0.1", "port": "1"}, headers={"HX-Request": "true"})

    assert answer.status_code == 200
    assert "não responde neste endereço e porta" in answer.content.decode()
    assert not Router.objects.exists()


def test_testing_something_wrong_says_what_to_correct(client: Client) -> None:
    answer = client.post("/servidores/novo/", {**FORM, "do": "test", "host": "a b"}, headers={"HX-Request": "true"})

    assert answer.status_code == 422
    assert "sem http://" in answer.content.decode()


def test_the_stored_password_is_never_shown_and_an_empty_one_keeps_it(client: Client) -> None:
    router = make.router(api_password="senha-guardada", host="10.0.0.1")

    pages = [client.get(f"/servidores/{router.pk}/{tab}").content.decode() for tab in TABS]
    client.post(f"/servidores/{router.pk}/registro/", {**FORM, "api_password": "", "max_accesses": "500"})

    assert not any("senha-guardada" in page for page in pages)
    router.refresh_from_db()
    assert (router.api_password, router.max_accesses, router.name) == ("senha-guardada", 500, "CCR Centro")


def test_a_stopped_router_says_why_and_is_resumed_with_its_new_certificate(client: Client) -> None:
    router = make.router(health="STOPPED", health_words="O certificado mudou.", last_error="certificate_changed", tls_pin="ab" * 32)

    page = client.get(f"/servidores/{router.pk}/").content.decode()
    client.post(f"/servidores/{router.pk}/retomar/", {"certificate": "1"})

    assert "O certificado mudou." in page and "Aceitar o novo certificado" in page
    router.refresh_from_db()
    assert (router.health, router.tls_pin) == ("UNKNOWN", "")


def test_reading_a_stopped_router_is_refused_in_words(client: Client) -> None:
    router = make.router(health="STOPPED", health_words="Senha recusada.")

    page = client.post(f"/servidores/{router.pk}/ler/", follow=True).content.decode()

    assert "está parado" in page
    assert not RouterCommand.objects.exists()


def test_read_now_goes_back_to_where_the_button_stood_and_nowhere_else(client: Client) -> None:
    router = make.router()

    assert client.post(f"/servidores/{router.pk}/ler/", {"next": "/servidores/"})["Location"] == "/servidores/"
    assert client.post(f"/servidores/{router.pk}/ler/", {"next": "https://mau.example/"})["Location"] == f"/servidores/{router.pk}/"
    assert sorted(RouterCommand.objects.values_list("verb", flat=True)) == ["audit", "read"]


def test_a_full_router_warns_in_the_list(client: Client) -> None:
    router = make.router(max_accesses=1)
    make.access(router=router)

    page = client.get("/servidores/").content.decode()

    assert "máximo 1" in page


def test_removing_a_router_with_accesses_leads_to_moving_them(client: Client) -> None:
    source, target = make.router(), make.router("Novo CCR")
    access = make.access(router=source)

    page = client.post(f"/servidores/{source.pk}/remover/", follow=True).content.decode()
    moved = client.post(f"/servidores/{source.pk}/acessos/mover/", {"target": str(target.pk), "all": "1"}, follow=True).content.decode()
    client.post(f"/servidores/{source.pk}/remover/")

    assert "Mova-o para outro servidor antes" in page and "Novo CCR" in page
    assert "1 acesso vai para Novo CCR" in moved
    access.refresh_from_db()
    assert access.router_id == target.pk
    assert not Router.objects.filter(pk=source.pk).exists()


def test_moving_without_a_target_says_so_and_keeps_the_ticks(client: Client) -> None:
    router = make.router()
    access = make.access(router=router)

    answer = client.post(f"/servidores/{router.pk}/acessos/mover/", {"target": "", "id": str(access.pk)})

    assert answer.status_code == 422
    assert f'name="id" value="{access.pk}"' in answer.content.decode()


def test_switched_off_and_on(client: Client) -> None:
    router = make.router()

    off = client.post(f"/servidores/{router.pk}/desativar/", follow=True).content.decode()
    again = client.post(f"/servidores/{router.pk}/desativar/", follow=True).content.decode()
    client.post(f"/servidores/{router.pk}/reativar/")

    assert "ninguém fala com ele" in off and "já está desativado" in again
    router.refresh_from_db()
    assert router.is_active


def test_pools_are_added_and_taken_out_and_wrong_ones_stay_typed(client: Client) -> None:
    router = make.router()

    wrong = client.post(f"/servidores/{router.pk}/perfis/pools/", {"name": "casa", "ranges": "tudo"})
    client.post(f"/servidores/{router.pk}/perfis/pools/", {"name": "casa", "ranges": "100.64.8.2-100.64.8.9"})
    pool = AddressPool.objects.get()
    assert wrong.status_code == 422 and 'value="tudo"' in wrong.content.decode()
    assert "100.64.8.2-100.64.8.9" in client.get(f"/servidores/{router.pk}/perfis/").content.decode()
    client.post(f"/servidores/{router.pk}/perfis/pools/{pool.pk}/remover/")
    assert not AddressPool.objects.exists()


def test_profiles_show_the_command_that_would_make_them(client: Client) -> None:
    router = make.router()
    make.access(router=router, plan=make.plan(profile_name="malha-fibra-500", pool_v4="casa"))

    page = client.get(f"/servidores/{router.pk}/perfis/").content.decode()

    assert "/ppp profile add name=malha-fibra-500" in page and "250000k/500000k" in page


def test_applying_the_base_needs_commands_that_were_shown(client: Client) -> None:
    router, other = make.router(), make.router()
    shown = base_setup.ask_missing(router=router, actor=SYSTEM)
    RouterCommand.objects.filter(pk=shown.pk).update(due_at=None, outcome="ok", finished_at=clock.now(), arguments={"commands": ["/x"]})

    assert "/x" in client.get(f"/servidores/{router.pk}/base/").content.decode()
    assert client.post(f"/servidores/{other.pk}/base/aplicar/", {"command": str(shown.pk)}).status_code == 404
    client.post(f"/servidores/{router.pk}/base/aplicar/", {"command": str(shown.pk)})

    assert RouterCommand.objects.get(verb="base_apply").arguments == {"commands": ["/x"]}


@pytest.mark.parametrize("path", ["/servidores/", "/servidores/divergencias/", "/conexoes/", *(f"/servidores/%s/{tab}" for tab in TABS)])
def test_a_page_takes_few_statements_however_much_stands_on_it(client: Client, path: str, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    router = make.router(health="ONLINE", latency_ms=12, session_count=2)
    plan = make.plan()
    contract = make.contract(plans=(plan,))
    for n in range(30):
        access = make.access(contract, router=router, plan=plan)
        divergence(router, access.username, kind="DIFFERENT", access=access, field="profile", wanted="a", found="b", fields={})
        divergence(router, f"estranho.{n}")
        SyncRun.objects.create(router=router, cause="due", started_at=clock.now())
        router.sessions.create(method="PPPOE", username=access.username, access=access, read_at=clock.now())
        times = {"asked_at": clock.now(), "due_at": clock.now()}
        RouterCommand.objects.create(router=router, access=access, verb="disconnect", asked_by="x", **times)
    path = path.replace("%s", str(router.pk))
    client.get(path)  # the first request of a session writes who is logged in where

    with django_assert_max_num_queries(15):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("role", [Role.FINANCE, Role.SALES, Role.ACCOUNTANT])
def test_the_wrong_person_is_refused(role: str, client: Client) -> None:
    router = make.router()
    client.force_login(make.user(role))

    for path in ("/servidores/", f"/servidores/{router.pk}/", "/servidores/divergencias/", "/conexoes/"):
        assert client.get(path).status_code == 403


def test_who_may_only_look_sees_no_buttons(client: Client) -> None:
    router = make.router()
    divergence(router)
    client.force_login(make.user(Role.ATTENDANT))

    page = client.get(f"/servidores/{router.pk}/divergencias/").content.decode()

    assert "rosa" in page
    assert "Aplicar no roteador" not in page and "Vincular a cliente" not in page and "Testar" not in page


def test_select_all_means_every_page_of_this_router_and_no_other(client: Client) -> None:
    router, other = make.router(), make.router()
    for n in range(60):
        divergence(router, f"estranho.{n}")
    divergence(other, "de.outro")

    page = client.get(f"/servidores/{router.pk}/divergencias/").content.decode()
    client.post("/servidores/divergencias/ignorar/", {"all": "1", "servidor": str(router.pk)})

    assert "Selecionar todos os 60" in page
    assert Divergence.objects.filter(ignored_at__isnull=False).count() == 60
    assert Divergence.objects.get(router=other).ignored_at is None


def test_the_part_that_htmx_asks_for_brings_table_numbers_and_bar(client: Client) -> None:
    router = make.router()
    divergence(router)

    part = client.get(f"/servidores/{router.pk}/divergencias/", headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in part
    assert 'id="faixa" hx-swap-oob="true"' in part and 'id="comandos"' in part and "Aplicar no roteador" in part


@pytest.mark.parametrize("data", [{}, {"id": ["abc", "-1", "99999999999999999999"]}, {"only": "x"}, {"id": "987654"}])
def test_a_selection_of_nothing_is_told_and_changes_nothing(client: Client, data: dict[str, object]) -> None:
    router = make.router()
    divergence(router)

    for action in ("aplicar", "aceitar", "ignorar", "voltar-a-listar"):
        answer = client.post(f"/servidores/divergencias/{action}/", {**data, "servidor": str(router.pk)})
        assert answer.status_code == 422
        assert "já foram resolvidas" in answer.content.decode()
    assert Divergence.objects.get().ignored_at is None and not RouterCommand.objects.exists()


def test_the_address_of_an_action_leads_back_to_the_page(client: Client) -> None:
    assert client.get("/servidores/divergencias/aplicar/?page=2")["Location"] == "/servidores/divergencias/?page=2"

"""What a person does at these pages with a router that answers: a real process on a real socket, served by the real lane."""

import re

import pytest
from django.test import Client

from malha.contracts.models import Contract
from malha.core.models import HistoryEntry
from malha.customers.models import Customer
from malha.network.models import Access, Divergence, Router, RouterCommand, SyncState
from tests import make
from tests.backoffice.routers.test_pages import FORM
from tests.support.lanes import ACTIVE, PROFILE, SECRET, Serve, fresh, settled
from tests.support.router_process import RouterProcess

ALL = "/servidores/divergencias/"


def edit(process: RouterProcess, name: str, **values: str) -> None:
    """The operator changes a secret by hand."""
    row = process.row(SECRET, name=name)
    assert row is not None
    process.control("set", table=SECRET, id=row[".id"], values={key.replace("_", "-"): value for key, value in values.items()})


def read(client: Client, router: Router, serve: Serve) -> str:
    """*Ler agora*, one round of the lane, and the page."""
    client.post(f"/servidores/{router.pk}/ler/")
    serve(router).round()
    return client.get(f"/servidores/{router.pk}/divergencias/").content.decode()


def shown(page: str) -> str:
    """The fingerprint of the commands on the page."""
    found = re.search(r'name="shown" value="([0-9a-f]{64})"', page)
    assert found
    return found[1]


def test_from_the_guide_to_a_repaired_login(process: RouterProcess, client: Client, serve: Serve) -> None:
    address = {"host": process.host, "port": str(process.port), "tls_mode": "PLAIN", "api_username": process.user}
    typed = {**FORM, **address, "api_password": process.password}

    tested = client.post("/servidores/novo/", {**typed, "do": "test"}, headers={"HX-Request": "true"}).content.decode()
    assert "Conectado: MikroTik, RouterOS 7.19.4" in tested and "às claras" in tested
    assert process.counters()["writes"] == 0 and not Router.objects.exists()

    client.post("/servidores/novo/", typed)
    router = Router.objects.get()
    serve(router).round()
    client.post(f"/servidores/{router.pk}/base/ler/")
    assert "Lendo o roteador" in client.get(f"/servidores/{router.pk}/base/").content.decode()
    serve(router).round()
    page = client.get(f"/servidores/{router.pk}/base/").content.decode()
    assert "/ppp profile add name=malha-bloqueado" in page and process.counters()["writes"] == 0
    command = re.search(r'name="command" value="(\d+)"', page)
    assert command
    client.post(f"/servidores/{router.pk}/base/aplicar/", {"command": command[1]})
    serve(router).round()
    assert "comandos aplicados" in client.get(f"/servidores/{router.pk}/base/").content.decode()
    assert process.row(PROFILE, name="malha-bloqueado") is not None

    access = make.access(router=router, username="rosa.duarte", plan=make.plan(profile_name="malha-700"))
    serve(router).round()
    process.control("ppp-connect", name="rosa.duarte", password=make.PASSWORD)
    edit(process, "rosa.duarte", profile="default")
    page = read(client, router, serve)
    assert all(text in page for text in ("Rosa Maria Duarte", "Perfil", "malha-700", "default"))

    row = Divergence.objects.get()
    preview = client.post(f"{ALL}comandos/", {"id": row.pk}).content.decode()
    assert "profile=malha-700" in preview and "1 comando · rosa.duarte reconecta" in preview
    answer = client.post(f"{ALL}aplicar/", {"id": row.pk, "servidor": router.pk, "shown": shown(preview)})
    assert answer["Location"] == f"/servidores/{router.pk}/divergencias/"
    assert "a caminho" in client.get(answer["Location"]).content.decode()
    serve(router).round()

    page = client.get(answer["Location"]).content.decode()
    assert "Tudo igual" in page and not Divergence.objects.exists()
    assert process.row(SECRET, name="rosa.duarte")["profile"] == "malha-700"  # type: ignore[index]
    assert process.dump(ACTIVE) == []
    assert fresh(access).sync_state == SyncState.APPLIED
    settled(router)


def test_applying_without_having_seen_the_commands_shows_them_first(
    process: RouterProcess, router: Router, client: Client, serve: Serve
) -> None:
    make.access(router=router, username="rosa")
    serve(router).round()
    edit(process, "rosa", disabled="yes")
    read(client, router, serve)
    row = Divergence.objects.get()

    asked = client.post(f"{ALL}aplicar/", {"only": row.pk, "servidor": router.pk}).content.decode()
    edit(process, "rosa", disabled="no", profile="default")
    read(client, router, serve)
    other = Divergence.objects.get()
    stale = client.post(f"{ALL}aplicar/", {"id": other.pk, "servidor": router.pk, "shown": shown(asked), "confirmed": "1"}).content.decode()

    assert "disabled=no" in asked and not RouterCommand.objects.filter(verb="repair").exists()
    assert "Algo mudou" in stale and "profile=" in stale
    client.post(f"{ALL}aplicar/", {"id": other.pk, "servidor": router.pk, "shown": shown(stale), "confirmed": "1"})
    serve(router).round()
    assert not Divergence.objects.exists()


def test_nothing_is_deleted_from_a_router_without_its_own_tick(
    process: RouterProcess, router: Router, client: Client, serve: Serve
) -> None:
    process.add(SECRET, name="fantasma", password="x", service="pppoe", profile="default", comment="malha:access:987654")
    page = read(client, router, serve)
    row = Divergence.objects.get(name="fantasma")

    asked = client.post(f"{ALL}aplicar/", {"only": row.pk, "servidor": router.pk}).content.decode()
    again = client.post(f"{ALL}aplicar/", {"id": row.pk, "servidor": router.pk, "shown": shown(asked), "confirmed": "1"}).content.decode()

    assert "nenhum acesso deste servidor" in page
    assert "remove" in asked and 'name="removes"' in asked and "Marque abaixo" in again
    assert not RouterCommand.objects.filter(verb="repair").exists()
    client.post(f"{ALL}aplicar/", {"id": row.pk, "servidor": router.pk, "shown": shown(asked), "confirmed": "1", "removes": "1"})
    serve(router).round()
    assert process.row(SECRET, name="fantasma") is None


def test_accepting_another_plan_is_asked_with_its_price(process: RouterProcess, router: Router, client: Client, serve: Serve) -> None:
    better = make.plan(name="Fibra 700", price="159,90", profile_name="malha-700")
    access = make.access(router=router, username="rosa", plan=make.plan(name="Fibra 300", price="119,90"))
    serve(router).round()
    process.add(PROFILE, name="malha-700", comment=f"malha:plan:{better.pk}")
    edit(process, "rosa", profile="malha-700")
    read(client, router, serve)
    row = Divergence.objects.get(field="profile")

    asked = client.post(f"{ALL}aceitar/", {"only": row.pk, "servidor": router.pk}).content.decode()
    assert "Fibra 300" in asked and "Fibra 700" in asked and "159,90" in asked
    assert fresh(access).plan_id != better.pk
    client.post(f"{ALL}aceitar/", {"id": row.pk, "servidor": router.pk, "confirmed": "1"})
    serve(router).round()

    assert fresh(access).plan_id == better.pk and fresh(access).sync_state == SyncState.APPLIED
    settled(router)


def test_what_the_register_has_no_place_for_is_refused_and_stays_ticked(
    process: RouterProcess, router: Router, client: Client, serve: Serve
) -> None:
    make.access(router=router, username="rosa")
    serve(router).round()
    edit(process, "rosa", disabled="yes")
    read(client, router, serve)
    row = Divergence.objects.get()

    answer = client.post(f"{ALL}aceitar/", {"id": row.pk, "servidor": router.pk})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "bloqueie ou suspenda" in page
    assert re.search(rf'value="{row.pk}" data-sel checked', page)
    assert "disabled=no" in page  # the commands of what is still ticked


def test_ignored_ones_leave_the_list_and_come_back(process: RouterProcess, router: Router, client: Client, serve: Serve) -> None:
    process.add(SECRET, name="teste-antena", password="x", service="pppoe", profile="default", comment="antena da torre")
    read(client, router, serve)
    row = Divergence.objects.get()

    client.post(f"{ALL}ignorar/", {"only": row.pk, "servidor": router.pk})
    page = client.get(f"/servidores/{router.pk}/divergencias/").content.decode()
    ignored = client.get(f"/servidores/{router.pk}/divergencias/?ignoradas=1").content.decode()
    client.post(f"{ALL}voltar-a-listar/", {"all": "1", "servidor": router.pk, "ignoradas": "1"})

    assert "teste-antena" not in page and "1 ignorada" in page
    assert "teste-antena" in ignored and "antena da torre" in ignored
    assert Divergence.objects.get().ignored_at is None


def test_a_stranger_is_linked_to_a_customer_and_keeps_its_password(
    process: RouterProcess, router: Router, client: Client, serve: Serve
) -> None:
    plan = make.plan(name="Fibra 300", profile_name="FIBRA-300")
    process.add(PROFILE, name="FIBRA-300")
    process.add(SECRET, name="rosa", password="senha-da-rosa", service="pppoe", profile="FIBRA-300", comment="casa da Rosa")
    contract = make.contract(plans=(make.plan(),))
    page = read(client, router, serve)
    row = Divergence.objects.get()
    path = f"{ALL}{row.pk}/vincular/"

    assert "Vincular a cliente" in page and "casa da Rosa" in page
    found = client.get(f"{path}?q=rosa+duarte", headers={"HX-Request": "true"}).content.decode()
    assert "Rosa Maria Duarte" in found and f'value="{contract.pk}"' in found and "<html" not in found
    wrong = client.post(path, {"q": "rosa", "plan": plan.pk})
    assert wrong.status_code == 422 and "escolha o contrato" in wrong.content.decode() and "Rosa Maria Duarte" in wrong.content.decode()
    answer = client.post(path, {"contract": contract.pk, "plan": plan.pk})
    assert answer.status_code == 302
    assert "sendo vinculado" in client.get(answer["Location"]).content.decode()
    assert client.post(path, {"contract": contract.pk, "plan": plan.pk}).status_code == 422
    serve(router).round()

    access = Access.objects.get(username="rosa")
    secret = process.row(SECRET, name="rosa")
    assert secret is not None and secret["password"] == "senha-da-rosa"
    assert secret["comment"] == f"malha:access:{access.pk} casa da Rosa"
    assert (access.password, access.contract, access.sync_state) == ("senha-da-rosa", contract, SyncState.APPLIED)
    assert client.get(path).status_code == 404
    assert "senha-da-rosa" not in str(list(HistoryEntry.objects.values_list("after", flat=True)))


def test_a_login_that_cannot_be_ours_says_why_before_anything_is_chosen(
    process: RouterProcess, router: Router, client: Client, serve: Serve
) -> None:
    process.add(SECRET, name="Maria", password="x", service="pppoe", profile="default")
    read(client, router, serve)

    page = client.get(f"{ALL}{Divergence.objects.get().pk}/vincular/").content.decode()

    assert "Mude antes o nome de Maria no roteador" in page


def test_a_taken_name_is_explained_and_linked_without_choosing(
    process: RouterProcess, router: Router, client: Client, serve: Serve
) -> None:
    process.add(SECRET, name="rosa", password="antiga", service="pppoe", profile="default", comment="de outro tempo")
    access = make.access(router=router, username="rosa")
    serve(router).round()
    page = read(client, router, serve)
    if not Divergence.objects.exists():  # a due access is told by its own row; the comparison lists it once it rests
        Access.objects.update(due_at=None)
        page = read(client, router, serve)
    row = Divergence.objects.get()

    assert "rosa está ocupado no roteador por uma entrada que não é nossa" in page
    answer = client.post(f"{ALL}{row.pk}/vincular/")
    assert answer.status_code == 302
    serve(router).round()

    secret = process.row(SECRET, name="rosa")
    assert secret is not None and secret["comment"] == f"malha:access:{access.pk} de outro tempo" and secret["password"] == make.PASSWORD
    settled(router)


def test_importing_is_rehearsed_and_then_done(process: RouterProcess, router: Router, client: Client, serve: Serve) -> None:
    plan = make.plan(name="Fibra 300", profile_name="malha-fibra-300")
    for profile in ("FIBRA-300", "ANTIGO"):
        process.add(PROFILE, name=profile)
    for name, profile in (("rosa", "FIBRA-300"), ("joao", "FIBRA-300"), ("Maria", "FIBRA-300"), ("ana", "ANTIGO")):
        comment = "Rosa Duarte" if name == "rosa" else ""
        process.add(SECRET, name=name, password=f"senha-{name}", service="pppoe", profile=profile, comment=comment)
    read(client, router, serve)
    path = f"/servidores/{router.pk}/importar/"

    first = client.get(path).content.decode()
    position = first.index("FIBRA-300 (3)")
    field = re.findall(r'for="id_(plan_\d)"', first[:position])[-1]
    simulated = client.post(path, {field: plan.pk, "due_day": "10", "do": "rehearse"}).content.decode()
    assert "Nenhum plano foi escolhido para o perfil ANTIGO" in simulated and "Mude antes o nome de Maria" in simulated
    assert simulated.count("novo cliente em rascunho") == 2 and not Customer.objects.exists()

    ids = [row.pk for row in Divergence.objects.all()]
    nothing = client.post(path, {field: plan.pk, "due_day": "10", "do": "import"})
    assert nothing.status_code == 422 and "Marque os logins" in nothing.content.decode()
    done = client.post(path, {field: plan.pk, "due_day": "10", "do": "import", "id": ids}).content.decode()
    serve(router).round()

    assert done.count("importado; a senha") == 2
    assert sorted(Customer.objects.values_list("name", flat=True)) == ["Rosa Duarte", "joao"]
    assert {row.username: row.password for row in Access.objects.all()} == {"rosa": "senha-rosa", "joao": "senha-joao"}
    assert set(Contract.objects.values_list("state", "due_day")) == {("ACTIVE", 10)}
    assert "Maria" in client.get(path).content.decode()
    settled(router)


@pytest.mark.parametrize("fault", [{"refuse_login": True}, {"hang_after": 0}])
def test_testing_a_router_that_fails_answers_in_its_own_words(
    process: RouterProcess, router: Router, client: Client, fault: dict[str, object]
) -> None:
    process.fault(**fault)

    page = client.post(f"/servidores/{router.pk}/testar/", {"next": "list"}, follow=True).content.decode()

    assert router.name in page
    assert "recusou o usuário ou a senha" in page or "demorou demais" in page
    router.refresh_from_db()
    assert router.health == "UNKNOWN"


def test_the_pinned_certificate_is_shown_and_a_new_one_accepted(client: Client, serve: Serve) -> None:
    with RouterProcess(tls="cert") as process:
        make.company()
        router = make.router(
            host=process.host, port=process.tls_port, api_username=process.user, api_password=process.password, tls_mode="PINNED"
        )
        typed = {**FORM, "name": "X", "host": process.host, "port": str(process.tls_port), "api_username": process.user}
        tested = client.post(
            f"/servidores/{router.pk}/registro/", {**typed, "api_password": "", "do": "test"}, headers={"HX-Request": "true"}
        ).content.decode()
        read(client, router, serve)
        assert process.fingerprint in tested
        assert process.fingerprint in client.get(f"/servidores/{router.pk}/").content.decode()

        process.control("new-certificate")
        process.control("drop-connections")
        client.post(f"/servidores/{router.pk}/ler/")
        serve(router).round()
        stopped = client.get(f"/servidores/{router.pk}/").content.decode()
        client.post(f"/servidores/{router.pk}/retomar/", {"certificate": "1"})
        serve(router).round()

        assert "O certificado do roteador mudou" in stopped and "Aceitar o novo certificado" in stopped
        router.refresh_from_db()
        assert router.health == "ONLINE"


def test_a_session_is_dropped_from_the_list(process: RouterProcess, router: Router, client: Client, serve: Serve) -> None:
    make.access(router=router, username="rosa")
    serve(router).round()
    process.control("ppp-connect", name="rosa", password=make.PASSWORD)
    read(client, router, serve)

    assert "rosa" in client.get("/conexoes/").content.decode()
    client.post(f"/conexoes/desconectar/?servidor={router.pk}&login=rosa", {"reason": "teste"})
    serve(router).round()

    assert process.dump(ACTIVE) == []
    queue = client.get(f"/servidores/{router.pk}/fila/").content.decode()
    assert "Desconectar: rosa" in queue and "Sessão derrubada" in queue


def test_a_router_that_is_away_keeps_what_was_asked(process: RouterProcess, router: Router, client: Client, serve: Serve) -> None:
    make.access(router=router, username="rosa")
    serve(router).round()
    edit(process, "rosa", disabled="yes")
    read(client, router, serve)
    row = Divergence.objects.get()
    preview = client.post(f"{ALL}comandos/", {"id": row.pk}).content.decode()
    process.stop()

    client.post(f"{ALL}aplicar/", {"id": row.pk, "servidor": router.pk, "shown": shown(preview)})
    serve(router).round()
    page = client.get(f"/servidores/{router.pk}/fila/").content.decode()

    assert "Aplicar divergências" in page and "Na fila" in page
    assert "não responde neste endereço e porta" in client.get(f"/servidores/{router.pk}/").content.decode()
    assert Divergence.objects.get() == row

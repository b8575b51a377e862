"""The notice pages: who sees what, what they prove, what their buttons do."""

import gzip
import re
import time
from datetime import datetime, timedelta

import pytest
from django.core import signing
from django.db import connection
from django.test.utils import CaptureQueriesContext

from malha.billing.models import Charge
from malha.contracts.models import Contract, ContractState
from malha.core import clock
from malha.core.history import SYSTEM
from malha.core.models import Company, HistoryEntry
from malha.dunning.data import NoticeTextsData
from malha.dunning.models import Notice, NoticeView, TrustRelease
from malha.dunning.services import notice_texts
from malha.journeys import blocking, trust
from malha.network.models import Access, RouterCommand, Session
from tests import make
from tests.portal.line import BLOCK, IP, NOTICE, Line, connect, hidden, live, subscriber, text

pytestmark = pytest.mark.django_db
NEUTRAL = "Está tudo certo com sua fatura"


def fresh(contract: Contract) -> Contract:
    return Contract.objects.get(pk=contract.pk)


class TestWhoSeesWhat:
    def test_an_overdue_charge_in_amber_with_a_way_on(self):
        subscriber()

        with live(NOTICE):
            page = text(Line().page())

        assert "<h1>Sua fatura venceu</h1>" in page and "Continuar navegando" in page
        assert "Rosa, a fatura de março venceu em 20/03/2026" in page
        assert "Sem o pagamento, a internet é bloqueada em 07/04/2026" in page

    def test_a_block_with_the_amount_to_date_and_its_parts(self):
        subscriber(price="100,00")
        with live(BLOCK, delivers=True):
            total = Charge.objects.get().total
            page = text(Line().page())

        assert "<h1>Sua internet está bloqueada</h1>" in page and "Continuar navegando" not in page
        # From the first business day on, 20 March, it is 18 days: 2 % and 0.6 %.
        fine, interest = total.times_half_up(2, 100), total.times_half_up(18, 3000)
        for money in (total, fine, interest):
            assert money.format_brl() in page
        assert f'<div class="v"><small>R$</small> {(total + fine + interest).format_number()}</div>' in page

    def test_the_details_that_the_law_asks_for(self):
        subscriber()

        with live(BLOCK, delivers=True):
            page = text(Line().page())

        details = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page))
        assert details["Motivo"] == "Falta de pagamento"
        assert details["Fatura"].startswith("março/2026, R$")
        assert (details["Avisado em"], details["Bloqueado em"]) == ("23/03/2026", "07/04/2026")
        assert "1 dia" in details["Volta após o pagamento"]
        assert "06/06/2026" in details["Rescisão do contrato"] and "órgão de proteção ao crédito" in details["Rescisão do contrato"]

    def test_another_address_is_another_customer(self):
        subscriber()
        subscriber("100.64.8.22", name="Cleber Antunes", cpf_cnpj="")

        with live(NOTICE):
            rosa, cleber = text(Line().page()), text(Line("100.64.8.22").page())

        assert "Rosa" in rosa and "Cleber" not in rosa
        assert "Cleber" in cleber and "Rosa" not in cleber

    def test_nothing_but_the_first_name_of_a_person(self):
        contract = subscriber(name="ROSA MARIA DUARTE")
        customer = contract.customer

        with live(BLOCK, delivers=True):
            page = text(Line().page())

        assert "Rosa, " in page
        address = ("Acácias", "Vila Aurora", "37000", "Monte Claro")
        private = ("Maria", "Duarte", customer.email, customer.cpf_cnpj, "529.982", "98800", Access.objects.get().username, *address)
        assert [word for word in private if word.lower() in page.lower()] == []

    def test_a_company_is_not_named(self):
        subscriber(name="Padaria Duarte Ltda", person_type="COMPANY", cpf_cnpj="11.222.333/0001-81")

        with live(NOTICE):
            page = text(Line().page())

        assert "Padaria" not in page and "A fatura de março venceu" in page

    @pytest.mark.parametrize("ip", ["100.64.8.99", "2001:db8::7", "", "não é", "1.2.3.4, 5.6.7.8"])
    def test_an_unknown_address_gets_the_neutral_page(self, ip):
        subscriber()

        with live(BLOCK, delivers=True):
            page = text(Line(ip).page())

        assert NEUTRAL in page and "Rosa" not in page and not NoticeView.objects.exists()

    def test_an_address_that_two_routers_have_is_nobodys(self):
        """Private ranges repeat between routers (CGNAT): better nobody than the wrong one."""
        subscriber()
        connect(make.access(make.contract(of=make.customer(name="João Só", cpf_cnpj=""))))

        with live(BLOCK, delivers=True):
            assert NEUTRAL in text(Line().page())

    def test_a_session_that_was_read_long_ago_is_nobodys(self):
        subscriber()

        with live(NOTICE):
            Session.objects.update(read_at=clock.now() - timedelta(minutes=61))
            assert NEUTRAL in text(Line().page())

    def test_an_address_written_as_ipv6_is_the_same_one(self):
        subscriber()

        with live(NOTICE):
            assert "Sua fatura venceu" in text(Line(f"::ffff:{IP}").page())

    def test_who_owes_nothing_sees_the_neutral_page(self):
        subscriber()

        assert NEUTRAL in text(Line().page())

    def test_a_suspension_says_that_it_was_asked_for(self):
        contract = subscriber()
        Contract.objects.filter(pk=contract.pk).update(
            state=ContractState.SUSPENDED, suspended_from=NOTICE, suspended_until=NOTICE + timedelta(days=60)
        )

        page = text(Line().page())

        assert "Sua internet está suspensa a seu pedido" in page and "23/03/2026" in page and "22/05/2026" in page
        assert "R$" not in page and "Continuar navegando" not in page

    def test_a_block_by_hand_gives_no_reason_away_and_offers_no_trust(self):
        contract = subscriber()
        blocking.block(contract=contract, reason="uso indevido da rede", actor=SYSTEM)

        page = text(Line().page())

        assert "Sua internet está bloqueada" in page and "Fale com a gente" in page
        assert "indevido" not in page and "/aviso/liberar/" not in page and "Falta de pagamento" not in page

    def test_a_contested_charge_is_not_asked_for(self):
        subscriber()

        with live(NOTICE):
            Charge.objects.update(contested_on=NOTICE)
            page = text(Line().page())

        assert "R$" not in page

    def test_a_forwarded_address_is_believed_only_behind_a_proxy(self, settings):
        subscriber()

        with live(NOTICE):
            forged = Line("100.64.9.9").page(headers={"x-forwarded-for": IP})
            settings.BEHIND_PROXY = True
            forwarded = Line("10.0.0.1").page(headers={"x-forwarded-for": f"100.64.9.9, {IP}"})

        assert NEUTRAL in text(forged) and "Sua fatura venceu" in text(forwarded)

    def test_more_charges_take_no_more_statements(self):
        subscriber()

        def statements() -> int:
            with CaptureQueriesContext(connection) as caught:
                assert "Sua internet" in text(Line().page())
            return len(caught)

        with live(BLOCK, delivers=True):
            Line().page()
            one = statements()
            for n in range(3):
                charge = Charge.objects.order_by("pk").first()
                charge.pk, charge.number, charge.due_date = None, charge.number + 100 + n, charge.due_date - timedelta(days=30 * n)
                charge.period_start = charge.period_end = None
                charge.kind = "ONE_OFF"
                charge.save(force_insert=True)
            assert statements() == one


class TestProof:
    def test_the_first_view_delivers_the_notice_with_what_was_shown(self):
        contract = subscriber()

        with live(NOTICE):
            assert Notice.objects.get().delivered_on is None
            Line().page()

        notice = Notice.objects.get()
        assert (notice.delivered_on, notice.channel) == (NOTICE, "PAGE")
        assert IP in notice.proof
        for said in ("Rosa, a fatura de março", "Motivo Falta de pagamento", "possível registro em órgão de proteção ao crédito"):
            assert said in notice.content
        assert "<" not in notice.content and "token" not in notice.content
        entry = HistoryEntry.objects.get(verb="contract.notice_delivered")
        assert (entry.actor_kind, entry.ip, entry.customer_id) == ("portal", IP, contract.customer_id)

    def test_every_view_is_a_row_and_only_the_first_delivers(self):
        subscriber()

        with live(NOTICE):
            Line().page()
            Line().page()

        assert list(NoticeView.objects.values_list("page", "ip", "went_on")) == [("pendencia", IP, False)] * 2
        assert HistoryEntry.objects.filter(verb="contract.notice_delivered").count() == 1

    @pytest.mark.parametrize(
        "headers",
        [
            {"user-agent": "CaptiveNetworkSupport-443.81.1 wispr"},
            {"user-agent": "Microsoft NCSI"},
            {"user-agent": "Dalvik/2.1.0 (Linux; U; Android 9)"},
            {"sec-purpose": "prefetch;prerender"},
        ],
    )
    def test_a_device_that_looks_ahead_of_its_owner_proves_nothing(self, headers):
        subscriber()

        with live(NOTICE):
            page = Line().page(headers=headers)

        assert "Sua fatura venceu" in text(page)
        assert not NoticeView.objects.exists() and Notice.objects.get().delivered_on is None

    def test_asking_for_the_head_only_proves_nothing(self):
        subscriber()

        with live(NOTICE):
            assert Line().head("/aviso/").status_code == 200

        assert not NoticeView.objects.exists()


class TestGoOn:
    def test_it_is_silent_here_and_on_the_router_for_the_hours_of_the_policy(self):
        contract = subscriber()

        with live(NOTICE):
            now = clock.now()
            answer = Line().press(Line().page(), "continuar")
            page = text(Line().page())

        assert (answer.status_code, answer["Location"]) == (303, "/aviso/")
        assert "Você pode continuar navegando" in page and 'action="/aviso/continuar/"' not in page
        assert NoticeView.objects.filter(went_on=True, ip=IP, contract=contract).count() == 1
        command = RouterCommand.objects.get(verb="silence")
        assert command.router == Access.objects.get().router and command.arguments["address"] == IP
        silence = datetime.fromisoformat(command.arguments["until"]) - now
        assert timedelta(hours=24) <= silence < timedelta(hours=24, seconds=30)

    def test_after_that_the_notice_is_back(self):
        subscriber()

        with live(NOTICE):
            Line().press(Line().page(), "continuar")
        with live(NOTICE + timedelta(days=2)):
            page = text(Line().page())

        assert 'action="/aviso/continuar/"' in page

    def test_a_blocked_subscriber_cannot_go_on(self):
        subscriber()

        with live(BLOCK, delivers=True):
            token = hidden(Line().page(), "token")
            answer = Line().post("/aviso/continuar/", {"token": token})

        assert answer.status_code == 303 and not RouterCommand.objects.filter(verb="silence").exists()


class TestTrust:
    def test_it_is_released_at_once_and_the_page_says_until_when(self):
        contract = subscriber()

        with live(BLOCK, delivers=True):
            page = Line().page()
            assert "1 vez a cada 30 dias" in text(page) and "Resta 1 liberação" in text(page)
            answer = Line().press(page, "liberar")
            after = text(Line().page())

        assert answer.status_code == 303
        assert "Sua internet está liberada em confiança" in after and "10/04/2026" in after
        assert (fresh(contract).standing, TrustRelease.objects.get().ip) == ("CLEAR", IP)

    def test_used_up_the_page_says_so_instead_of_offering_it(self):
        contract = subscriber()

        with live(BLOCK, delivers=True):
            Line().press(Line().page(), "liberar")
            TrustRelease.objects.update(ended_on=BLOCK)
            Contract.objects.filter(pk=contract.pk).update(standing="BLOCKED", standing_cause="POLICY", standing_until=None)
            page, refusal = text(Line().page()), trust.offer(fresh(contract)).refusal
            Line().post("/aviso/liberar/", {"token": hidden(Line().page(), "token")})

        assert "/aviso/liberar/" not in page
        assert refusal and f"Não há liberação em confiança no momento. {refusal}" in page
        assert TrustRelease.objects.count() == 1

    def test_who_is_not_blocked_does_not_use_it_up(self):
        subscriber()

        with live(NOTICE):
            page = Line().page()
            Line().post("/aviso/liberar/", {"token": hidden(page, "token")})

        assert "/aviso/liberar/" not in text(page) and not TrustRelease.objects.exists()


class TestSaysPaid:
    def test_the_provider_is_told_once(self):
        contract = subscriber()

        with live(BLOCK, delivers=True):
            page = Line().page()
            Line().press(page, "ja-paguei")
            Line().press(page, "ja-paguei")
            after = text(Line().page())

        entry = HistoryEntry.objects.get(verb="contract.says_paid")
        assert (entry.customer_id, entry.actor_kind, entry.ip) == (contract.customer_id, "portal", IP)
        assert "Avisamos o provedor" in after and 'action="/aviso/ja-paguei/"' not in after
        assert fresh(contract).standing == "BLOCKED"


class TestTokens:
    BUTTONS = ("continuar", "liberar", "ja-paguei")

    @pytest.mark.parametrize("button", BUTTONS)
    @pytest.mark.parametrize("token", ["", "x", "WzEsIjEwMC42NC44LjIxIl0:1abcde:forged"])
    def test_a_button_without_a_good_token_does_nothing(self, button, token):
        subscriber()

        with live(NOTICE):
            before = HistoryEntry.objects.count()
            answer = Line().post(f"/aviso/{button}/", {"token": token})

        assert (answer.status_code, answer["Location"]) == (303, "/aviso/")
        assert HistoryEntry.objects.count() == before and not NoticeView.objects.exists()

    def test_a_token_serves_only_the_address_it_was_made_for(self):
        subscriber()
        subscriber("100.64.8.22", name="Cleber Antunes", cpf_cnpj="")

        with live(NOTICE):
            token = hidden(Line().page(), "token")
            Line("100.64.8.22").post("/aviso/continuar/", {"token": token})
            # The same address, but somebody else has it by now.
            Session.objects.filter(address="100.64.8.22").update(address="100.64.8.23")
            Session.objects.filter(address=IP).update(address="100.64.8.22")
            Session.objects.filter(address="100.64.8.23").update(address=IP)
            Line().post("/aviso/continuar/", {"token": token})

        assert not NoticeView.objects.filter(went_on=True).exists()

    def test_a_token_is_good_for_an_hour(self, monkeypatch):
        subscriber()

        with live(NOTICE):
            page = Line().page()
            monkeypatch.setattr(signing.time, "time", lambda: time.time_ns() / 1e9 + 3601)
            answer = Line().press(page, "ja-paguei")

        assert answer.status_code == 303
        assert not HistoryEntry.objects.filter(verb="contract.says_paid").exists()

    @pytest.mark.parametrize("button", BUTTONS)
    def test_opened_by_itself_a_button_leads_to_the_page(self, button):
        assert Line().get(f"/aviso/{button}/")["Location"] == "/aviso/"


class TestOneDocument:
    def test_it_asks_for_nothing_else_and_leaves_nothing_behind(self):
        subscriber()

        with live(BLOCK, delivers=True):
            answer = Line().page()

        page = text(answer)
        assert not answer.cookies and "Cookie" not in answer.get("Vary", "")
        assert answer["Cache-Control"] == "no-store" and "noindex" in page
        assert re.findall(r'(?:src|href)="(?!data:|mailto:|tel:|https://wa\.me/)[^"]*"', page) == [] and "<script" not in page
        assert re.findall(r"url\(|@import|style=", page) == []

    def test_its_style_is_let_in_by_its_hash_and_nothing_else_is(self):
        answer = Line().page()

        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy and re.search(r"style-src 'sha256-[\w+/]{43}='", policy)
        assert "unsafe" not in policy and "script-src" not in policy and "frame-ancestors 'none'" in policy

    def test_it_weighs_at_most_20_kilobytes_even_with_the_largest_logo(self):
        make.company()
        Company.objects.update(phone="+553532221000", email="contato@valefibra.example")
        noise = bytes((n * n * 31 + n * 7 + 13) % 251 for n in range(notice_texts.LOGO_MAX_BYTES - 8))
        data = NoticeTextsData(logo=b"\x89PNG\r\n\x1a\n" + noise, whatsapp="(35) 98800-0204", blocked_text="x" * 300, how_to_pay="y" * 500)
        subscriber()
        with live(BLOCK, delivers=True):
            plain = text(Line().page())
            notice_texts.change(data=data, actor=SYSTEM)
            heavy = Line().page(headers={"accept-encoding": "gzip"})

        assert len(plain.encode()) <= 20_000
        assert heavy["Content-Encoding"] == "gzip" and len(heavy.content) <= 20_000
        assert "data:image/png;base64," in gzip.decompress(heavy.content).decode()

    def test_texts_of_the_provider_cannot_bring_markup(self):
        data = NoticeTextsData(blocked_title="<b>Oi</b>", blocked_text='"><script>x</script>', how_to_pay="<img src=x>")
        subscriber()
        notice_texts.change(data=data, actor=SYSTEM)

        with live(BLOCK, delivers=True):
            page = text(Line().page())

        assert "&lt;b&gt;Oi&lt;/b&gt;" in page and "<script" not in page and "<img" not in page

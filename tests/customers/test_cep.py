"""The look-up of an address: what is understood, what is remembered, and that it never keeps anybody waiting."""

import time

import pytest
from django.core.cache import cache

from malha.customers import cep
from malha.customers.cep import CepAddress, HttpCepProvider, Outcome
from tests.customers.provider import serving

VIA = {"logradouro": "Rua  das Acácias", "bairro": "Vila Aurora", "localidade": "Monte Claro", "uf": "MG", "ibge": "3143302"}
BRASIL = {"cep": "37000120", "street": "Rua das Acácias", "neighborhood": "Vila Aurora", "city": "Monte Claro", "state": "MG"}
ACACIAS = CepAddress("37000120", "Rua das Acácias", "Vila Aurora", "Monte Claro", "MG", "3143302")


@pytest.fixture(autouse=True)
def _forget():
    cache.clear()
    yield
    cache.clear()


@pytest.mark.parametrize("content", [VIA, BRASIL], ids=["viacep", "brasilapi"])
def test_both_shapes_of_answer_are_understood(content):
    with serving(content) as url:
        found = HttpCepProvider(url).find("37000120")

    assert found is not None
    assert (found.street, found.district, found.city, found.uf) == ("Rua das Acácias", "Vila Aurora", "Monte Claro", "MG")


@pytest.mark.parametrize(("content", "status"), [({"erro": True}, 200), ({"erro": "true"}, 200), ({"message": "?"}, 404), ({}, 400)])
def test_a_cep_that_does_not_exist_is_missing(content, status, settings):
    with serving(content, status=status) as url:
        settings.CEP_PROVIDER_URL = url
        assert cep.look_up("37000120").outcome is Outcome.MISSING


def test_an_answer_is_remembered(settings):
    asked: list[str] = []
    with serving(VIA, asked=asked) as url:
        settings.CEP_PROVIDER_URL = url
        first, second = cep.look_up("37000-120"), cep.look_up(" 37000120 ")

    assert first == second
    assert first.address == ACACIAS
    assert asked == ["/ws/37000120/json/"]


@pytest.mark.parametrize(
    "content", [b"<html>", b"[]", b'{"logradouro": "Rua"}', b'{"localidade": "X", "uf": "ZZ"}', b"\xff\xfe", b"x" * 200_000]
)
def test_an_answer_that_makes_no_sense_means_typing(content, settings):
    with serving(content) as url:
        settings.CEP_PROVIDER_URL = url
        assert cep.look_up("37000120").outcome is Outcome.UNAVAILABLE


@pytest.mark.parametrize("fault", ["hangs", "drips"])
def test_a_provider_that_never_finishes_keeps_nobody_waiting(fault):
    with serving({"x": "y" * 400}, **{fault: True}) as url:
        start = time.monotonic()
        with pytest.raises(cep.CepUnavailable):
            HttpCepProvider(url, seconds=0.3).find("37000120")

        assert time.monotonic() - start < 1


def test_after_a_failure_nobody_waits_again_for_a_while(settings):
    asked: list[str] = []
    with serving({}, status=500, asked=asked) as url:
        settings.CEP_PROVIDER_URL = url
        cep.look_up("37000120")
        assert cep.look_up("37000121").outcome is Outcome.UNAVAILABLE

    assert len(asked) == 1


def test_a_provider_that_is_not_there_means_typing(settings):
    settings.CEP_PROVIDER_URL = "http://127.0.0.1:9/{cep}"

    assert cep.look_up("37000120").outcome is Outcome.UNAVAILABLE


def test_only_web_addresses_are_asked(settings):
    settings.CEP_PROVIDER_URL = "file:///etc/{cep}"

    assert cep.look_up("37000120").outcome is Outcome.UNAVAILABLE


@pytest.mark.parametrize("text", ["", "3700", "abc", "000000000", "3700012０"])
def test_what_is_no_cep_asks_nobody(text, settings):
    settings.CEP_PROVIDER_URL = "http://127.0.0.1:9/{cep}"

    assert cep.look_up(text).outcome is Outcome.INVALID


def test_without_a_provider_one_types(settings):
    settings.CEP_PROVIDER_URL = ""

    assert cep.provider() is None
    assert cep.look_up("37000120").outcome is Outcome.UNAVAILABLE

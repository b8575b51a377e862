"""Commands and scripts as a person reads them."""

from dataclasses import replace

from malha.domain.access import Operation, Verb, addition, desired_entry
from malha.network.base import Target
from malha.network.drivers.mikrotik.cli import quote, render, setup_script
from tests.domain.access.builders import ROUTER, access

TARGET = Target(1, "torre", "192.0.2.1", 8729, "malha", 'a"$b')


def test_an_added_login() -> None:
    entry = desired_entry(access(password="s3cr3t"), ROUTER)
    assert entry is not None

    assert render(addition(entry)) == (
        '/ppp secret add name=maria profile=malha-fibra-100 service=pppoe password="********" comment="malha:access:17"'
    )


def test_a_block_sets_and_unsets() -> None:
    block = Operation(Verb.SET, "ppp/secret", "maria", "*5", fields={"profile": "malha-bloqueado"}, unset=("remote-address",))

    assert render(block) == (
        '/ppp secret set [find where name="maria"] profile=malha-bloqueado\n'
        '/ppp secret unset [find where name="maria"] value-name=remote-address'
    )


def test_after_a_rename_the_new_name_is_found() -> None:
    rename = Operation(Verb.SET, "ppp/secret", "maria", "*5", fields={"name": "ana"}, unset=("remote-address",))

    assert render(rename).splitlines()[1] == '/ppp secret unset [find where name="ana"] value-name=remote-address'


def test_removal_and_move() -> None:
    assert render(Operation(Verb.REMOVE, "ip/hotspot/user", "bia", "*1")) == '/ip hotspot user remove [find where name="bia"]'
    assert render(Operation(Verb.MOVE, "ip/firewall/filter", "block-out", "*9", before_id="*1")) == (
        '/ip firewall filter move [find where comment~"^malha:base:block-out"] destination=*1'
    )


def test_an_adoption_shows_the_whole_comment() -> None:
    adoption = Operation(Verb.SET, "ppp/secret", "joao", "*5", raw_comment=b"malha:access:17 Jo\xe3o")

    assert render(adoption) == '/ppp secret set [find where name="joao"] comment="malha:access:17 Jo\\E3o"'


def test_nothing_escapes_its_quotes() -> None:
    assert quote('a"; /system reset "$x?\\') == '"a\\"; /system reset \\"\\$x\\?\\\\"'
    assert quote("a\nb") == '"a\\0Ab"'
    assert quote("") == '""'
    assert quote("50000k/100000k") == "50000k/100000k"


def test_the_script_makes_a_user_with_the_least_policies() -> None:
    script = setup_script(replace(TARGET, tls_mode="ANONYMOUS"), ["203.0.113.7", "203.0.113.8"])

    assert script.splitlines() == [
        "/user group add name=malha policy=api,read,write,test,sensitive",
        '/user add name=malha group=malha password="a\\"\\$b" address="203.0.113.7,203.0.113.8"',
        '/ip service set api-ssl disabled=no port=8729 address="203.0.113.7,203.0.113.8"',
    ]


def test_a_pinned_router_gets_a_certificate_and_a_plain_one_the_plain_service() -> None:
    pinned = setup_script(TARGET, [])
    plain = setup_script(replace(TARGET, tls_mode="PLAIN", port=8728), [])

    assert "/certificate sign malha-api" in pinned and "certificate=malha-api" in pinned
    assert "/ip service set api disabled=no port=8728" in plain and "certificate" not in plain

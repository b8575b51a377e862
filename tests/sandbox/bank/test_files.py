"""Bank files: a remessa is read at its positions, the retorno says what happened. The files here are written by hand."""

from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.bank.conftest import TODAY, Customer
from tests.support.bank_process import BankProcess


def fill(length: int, **fields: str) -> str:
    """A line of blanks with texts at positions counted from 1: `at18="0001"`."""
    line = [" "] * length
    for name, text in fields.items():
        start = int(name.removeprefix("at")) - 1
        line[start : start + len(text)] = text
    return "".join(line)


NUMBER_AT = {"033": "at45", "104": "at41"}


def remessa_240(*titles: dict[str, str], bank: str = "756") -> bytes:
    lines = [fill(240, at1=bank, at4="00000"), fill(240, at1=bank, at4="00011", at9="R01")]
    for title in titles:
        movement = title.get("movement", "01")
        start = {"at1": bank, "at4": "00013", "at16": movement}
        lines.append(
            fill(
                240, **start, at14="P", at18="03069 0000000017990  ", **{NUMBER_AT.get(bank, "at38"): title["number"]},
                at58="1", at62=title.get("pix", "2"),
                at63=title["document"].ljust(15), at78=title.get("due", "20032026"),
                at86=title.get("cents", "11990").rjust(15, "0"),
                at118="2", at127="100".rjust(15, "0"), at196=title.get("use", "").ljust(25),
            )
        )  # fmt: skip
        lines.append(
            fill(240, **start, at14="Q", at18="1", at19=title.get("cpf", "52998224725").rjust(15, "0"), at34="MARIA SOUZA", at152="MG")
        )
        lines.append(fill(240, **start, at14="R", at66="2", at75="200".rjust(15, "0")))
        if "txid" in title:
            lines.append(fill(240, **start, at14="Y", at18="03", at81="2", at82="11222333000181", at159=title["txid"]))
    lines.append(fill(240, at1=bank, at4="00015"))
    lines.append(fill(240, at1=bank, at4="99999", at18="000001", at24=f"{len(lines) + 1:06d}"))
    return ("\r\n".join(lines) + "\r\n").encode()


def send(customer: Customer, content: bytes) -> Any:
    answer = customer.call("POST", "/cnab/remessa", content)
    assert answer.status == 200, answer.body
    return answer.body


def segments(customer: Customer, layout: int = 240, bank: str = "756") -> list[str]:
    answer = customer.call("GET", f"/cnab/retorno?format={layout}&bank={bank}")
    if answer.status == 204:
        return []
    lines = answer.raw.decode("latin-1").split("\r\n")[:-1]
    assert {len(line) for line in lines} == {layout}
    if layout == 240:
        assert lines[0][7] == "0" and lines[-1][7] == "9" and int(lines[-1][23:29]) == len(lines)
    return lines


def movements(lines: list[str]) -> list[str]:
    return [line[15:17] for line in lines if line[7:8] == "3" and line[13] == "T"]


def test_titles_are_registered_and_confirmed(customer: Customer) -> None:
    done = send(
        customer, remessa_240({"number": "0000001011", "document": "C-1", "use": "CHARGE-77"}, {"number": "0000001022", "document": "C-2"})
    )
    assert (done["bank"], [each["status"] for each in done["titles"]]) == ("756", ["REGISTERED"] * 2)

    lines = segments(customer)

    assert movements(lines) == ["02", "02"]
    first = lines[2]
    assert (first[37:57].rstrip(), first[58:73].rstrip(), first[105:130].rstrip()) == ("0000001011", "C-1", "CHARGE-77")
    assert (first[73:81], int(first[81:96])) == ("20032026", 11990)
    assert segments(customer) == []


def test_what_was_paid_comes_with_amounts_and_days(customer: Customer) -> None:
    send(customer, remessa_240({"number": "0000001011", "document": "C-1"}))
    segments(customer)
    customer.bank.control("clock", date="2026-03-25")
    customer.pay("756:0000001011", channel="BOLETO")

    lines = segments(customer)

    assert movements(lines) == ["06"]
    told = lines[3]
    # 2 % and 5 days of 1 % a month.
    assert (told[13], int(told[17:32]), int(told[77:92])) == ("U", 240 + 20, 12250)
    assert (told[137:145], told[145:153]) == ("25032026", "26032026")
    assert int(lines[2][198:213]) == 190


def test_cancelled_and_then_paid(customer: Customer) -> None:
    send(customer, remessa_240({"number": "1", "document": "C-1"}))
    send(customer, remessa_240({"number": "1", "document": "C-1", "movement": "02"}))
    assert movements(segments(customer)) == ["02", "09"]

    customer.pay("756:1")
    assert movements(segments(customer)) == ["17"]


def test_a_wrong_payer_and_a_second_entry_are_refused(customer: Customer) -> None:
    send(customer, remessa_240({"number": "1", "document": "C-1", "cpf": "52998224724"}, {"number": "2", "document": "C-2"}))
    send(customer, remessa_240({"number": "2", "document": "C-2"}))

    lines = segments(customer)

    assert movements(lines) == ["03", "02", "03"]
    assert lines[2][213:223].rstrip() == "46"


def test_a_hybrid_title_tells_its_qr_and_a_pix_payment(customer: Customer) -> None:
    name = "0" * 31 + "1"
    send(customer, remessa_240({"number": "1", "document": "C-1", "pix": "P", "txid": name}))

    told = next(line for line in segments(customer) if line[13:14] == "Y")
    assert told[17:19] == "03" and "/qr/v2/cobv/" in told[81:158] and told[158:193].rstrip() == name
    customer.bank.control("pay", txid=name)

    assert segments(customer)[2][213:223].rstrip() == "61"


def test_caixa_takes_and_gives_the_number_at_two_places(customer: Customer) -> None:
    send(customer, remessa_240({"number": "14000000000000123", "document": "C-1"}, bank="104"))

    assert segments(customer, bank="104")[2][39:56] == "14000000000000123"


def test_due_date_changes(customer: Customer) -> None:
    send(customer, remessa_240({"number": "1", "document": "C-1"}))
    send(customer, remessa_240({"number": "1", "document": "C-1", "movement": "06", "due": "05042026"}))

    lines = segments(customer)
    assert movements(lines) == ["02", "14"] and lines[4][73:81] == "05042026"


def test_santander_has_its_own_places(customer: Customer) -> None:
    send(customer, remessa_240({"number": "1234567890123", "document": "C-1", "use": "MINE"}, bank="033"))

    line = segments(customer, bank="033")[2]

    assert (line[40:53], line[54:69].rstrip(), line[69:77], int(line[77:92])) == ("1234567890123", "C-1", "20032026", 11990)
    assert line[100:125].rstrip() == "MINE"


WHOLE = remessa_240({"number": "1", "document": "C-1"})
WITHOUT_TRAILER = WHOLE[:-242]
WRONG_COUNT = WHOLE.replace(b"000007", b"000008")


@pytest.mark.parametrize("content", [b"", b"nonsense\r\n", WITHOUT_TRAILER, WRONG_COUNT])
def test_a_broken_file_is_refused(customer: Customer, content: bytes) -> None:
    assert content != WHOLE
    assert customer.call("POST", "/cnab/remessa", content).body["code"] == "file_invalid"


def remessa_400(bank: str) -> bytes:
    detail = fill(400, at1="1", at38="MINE", at18="123400123456", at109="01", at111="C-1",
                  at121="200326", at127="0000000011990", at161="0000000000040",
                  at219="01", at221="00052998224725", at235="MARIA SOUZA", at395="000002")  # fmt: skip
    number = {"at63": "00000123", "at84": "109"} if bank == "341" else {"at71": "000000001235", "at66": "2", "at67": "0200"}
    for name, text in number.items():
        start = int(name[2:]) - 1
        detail = detail[:start] + text + detail[start + len(text) :]
    head = fill(400, at1="01REMESSA01COBRANCA", at77=bank, at395="000001")
    return "\r\n".join([head, detail, fill(400, at1="9", at395="000003"), ""]).encode()


@pytest.mark.parametrize(("code", "number"), [("341", "00000123"), ("237", "000000001235"), ("133", "000000001235")])
def test_the_old_layout_of_three_banks(customer: Customer, code: str, number: str) -> None:
    send(customer, remessa_400(code))
    confirmed = segments(customer, 400, code)[1]
    assert confirmed[108:110] == "02" and number in (confirmed[62:70], confirmed[70:82])

    customer.bank.control("pay", nosso_numero=number)
    paid = segments(customer, 400, code)[1]

    assert (paid[108:110], paid[110:116], paid[116:126].rstrip(), paid[37:62].rstrip()) == ("06", "100326", "C-1", "MINE")
    if code == "341":
        # The last digit is mod 10 over 1234 12345 109 00000123.
        assert paid[82:94] == "109" + number + "2"
    assert (int(paid[152:165]), int(paid[253:266]), int(paid[175:188]), paid[295:301]) == (11990, 11990, 190, "110326")


def test_a_title_of_a_file_is_found_by_its_printed_line(customer: Customer) -> None:
    send(customer, remessa_240({"number": "0000001011", "document": "C-1"}))
    # The line of Sicoob for this title: its campo livre holds the number.
    code = "756" + "9" + "5" + "1391" + "0000011990" + "1306901000001700001011001"

    found = customer.bank.call("GET", f"/pagar?codigo={code}")

    assert found.status == 303 and found.headers["Location"].startswith("/pagar/")


def test_retornos_are_written_into_a_folder(tmp_path: Path) -> None:
    with BankProcess(date=TODAY, retorno_dir=tmp_path) as bank:
        customer = Customer(bank, "files")
        send(customer, remessa_240({"number": "1", "document": "C-1"}))

        written = bank.control("retorno", format=240)["files"]

        assert [Path(each).parent for each in written] == [tmp_path]
        assert Path(written[0]).read_bytes().startswith(b"75600000")
        assert bank.control("retorno", format=240)["files"] == []

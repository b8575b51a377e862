import pytest
from hypothesis import given
from hypothesis import strategies as st

from malha.domain.errors import RuleError
from malha.domain.phones import VALID_DDDS, format_phone, is_mobile, mask_phone, normalize_phone

ddds = st.sampled_from(sorted(VALID_DDDS))
mobiles = st.builds("+55{}9{}".format, ddds, st.from_regex(r"[0-9]{8}", fullmatch=True))
landlines = st.builds("+55{}{}".format, ddds, st.from_regex(r"[2-5][0-9]{7}", fullmatch=True))


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("(35) 98800-0204", "+5535988000204"),
        ("35988000204", "+5535988000204"),
        ("35 9 8800 0204", "+5535988000204"),
        ("35.98800.0204", "+5535988000204"),
        ("+55 35 98800-0204", "+5535988000204"),
        ("55 35 98800-0204", "+5535988000204"),
        ("0055 35 98800-0204", "+5535988000204"),
        ("035 98800-0204", "+5535988000204"),
        ("0 15 35 98800-0204", "+5535988000204"),
        ("0xx35 98800-0204", "+5535988000204"),
        ("0XX(35) 3621-0204", "+553536210204"),
        ("(35) 3621-0204", "+553536210204"),
        ("(55) 99999-1234", "+5555999991234"),
        ("55 3221-1234", "+555532211234"),
        ("+55 55 3221-1234", "+555532211234"),
        ("0800 123 4567", "+558001234567"),
        ("0300-123-4567", "+553001234567"),
        ("4004-1234", "+5540041234"),
        ("+1 212 555 0100", "+12125550100"),
        ("00 351 21 123 4567", "+351211234567"),
    ],
)
def test_any_typing_becomes_e164(typed: str, stored: str) -> None:
    assert normalize_phone(typed) == stored
    assert normalize_phone(stored) == stored


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "phone_empty"),
        (" - ", "phone_empty"),
        ("98800-0204", "phone_without_ddd"),
        ("3621-0204", "phone_without_ddd"),
        ("(20) 98800-0204", "phone_ddd"),
        ("(23) 98800-0204", "phone_ddd"),
        ("(35) 8800-0204", "phone_mobile_nine"),
        ("(35) 9800-0204", "phone_mobile_nine"),
        ("(35) 88800-0204", "phone_length"),
        ("(35) 1800-0204", "phone_length"),
        ("35988", "phone_length"),
        ("359880002041", "phone_length"),
        ("+123", "phone_length"),
        ("+1234567890123456", "phone_length"),
        ("35 98800-02o4", "phone_characters"),
        ("+1 212 CALL ME", "phone_characters"),
        ("35 98800-0204 / 3621-0204", "phone_length"),
        ("٣٥٩٨٨٠٠٠٢٠٤", "phone_characters"),
        ("9" * 10_000, "phone_length"),
    ],
)
def test_a_wrong_number_is_refused_with_a_code(typed: str, code: str) -> None:
    with pytest.raises(RuleError) as refused:
        normalize_phone(typed)

    assert refused.value.code == code


def test_the_default_area_code_completes_a_local_number() -> None:
    assert normalize_phone("98800-0204", default_ddd="35") == "+5535988000204"
    assert normalize_phone("3621-0204", default_ddd="35") == "+553536210204"


def test_there_are_67_area_codes() -> None:
    assert len(VALID_DDDS) == 67


@given(mobiles)
def test_mobiles_survive_formatting(e164: str) -> None:
    assert normalize_phone(format_phone(e164)) == e164
    assert is_mobile(e164)


@given(landlines)
def test_landlines_survive_formatting(e164: str) -> None:
    assert normalize_phone(format_phone(e164)) == e164
    assert not is_mobile(e164)


def test_written_forms() -> None:
    assert format_phone("+5535988000204") == "(35) 98800-0204"
    assert format_phone("+553536210204") == "(35) 3621-0204"
    assert format_phone("+558001234567") == "0800 123 4567"
    assert format_phone("+5540041234") == "4004-1234"
    assert format_phone("+12125550100") == "+12125550100"
    assert format_phone("+5599") == "+5599"
    assert format_phone("old text") == "old text"


def test_only_brazilian_nine_digit_numbers_are_mobiles() -> None:
    assert not is_mobile("+558001234567")
    assert not is_mobile("+12125550100")
    assert not is_mobile("")


def test_masks_show_the_last_four_digits() -> None:
    assert mask_phone("+5535988000204") == "(35) *****-0204"
    assert mask_phone("+553536210204") == "(35) ****-0204"
    assert mask_phone("+12125550100") == "********0100"
    assert mask_phone("123") == "****"

"""The codes of the rule book are an interface: sentences, API clients and tests name them."""

import ast
from pathlib import Path

import malha.domain
from malha.domain.errors import RuleError

CODES = """
    cnab_bank_unknown cnab_file_refused cnab_layout_unknown cnab_movement_unknown cnab_no_orders cnab_value_refused
    account_check_digit account_field_choice account_field_missing account_field_shape amount_negative
    arrecadacao_check_digit arrecadacao_shape bank_code_invalid bank_unknown barcode_check_digit barcode_shape
    block_not_after_pending boleto_amount_out_of_range boleto_currency boleto_not_composed brcode_amount brcode_characters
    brcode_content brcode_crc brcode_duplicate brcode_field brcode_hosts_differ brcode_length brcode_not_pix
    brcode_object_length brcode_txid campo_livre_invalid cep_shape cnpj_check_digit cnpj_repeated cnpj_shape cob_txid_shape
    colour_contrast colour_shape cpf_check_digit cpf_repeated cpf_shape cut_day_not_found days_to_block_out_of_range
    days_to_pending_out_of_range digits_expected discount_negative document_shape due_date_before_factors
    due_day_out_of_range due_factor_invalid due_factor_out_of_window fine_above_cap garden_invalid garden_too_long
    host_invalid interest_above_cap ip_invalid ipv4_invalid ipv6_invalid itf_shape linha_check_digit linha_shape
    login_characters login_empty login_too_long mac_invalid minimum_term_out_of_range money_division_by_zero money_empty
    money_invalid money_too_large nosso_numero_out_of_range notice_below_legal_floor number_out_of_range
    parcela_out_of_range password_blank_ends password_characters password_empty password_too_long password_too_short
    pasted_shape payment_not_positive period_after_end phone_characters phone_ddd phone_empty phone_length phone_mobile_nine
    phone_without_ddd pix_key_kind pix_key_shape placeholder_unknown prefix_host_bits prefix_invalid prorate_out_of_range
    ranges_invalid router_name_invalid router_user_invalid seu_numero_invalid split_out_of_range surcharge_negative
    uf_unknown weekdays_empty
"""


def raised_codes() -> set[str]:
    found: set[str] = set()
    for path in Path(malha.domain.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "RuleError":
                literals = [part.value for part in ast.walk(node.args[0]) if isinstance(part, ast.Constant) and isinstance(part.value, str)]
                found.update(literal for literal in literals if "_" in literal)
    return found


def test_no_code_changes_unnoticed() -> None:
    assert raised_codes() == set(CODES.split())


def test_a_rule_error_is_a_value_error_with_a_code_and_no_sentence() -> None:
    error = RuleError("cep_shape", {"length": 8})

    assert isinstance(error, ValueError)
    assert (error.code, error.params, str(error)) == ("cep_shape", {"length": 8}, "cep_shape")
    assert RuleError("cep_shape").params == {}

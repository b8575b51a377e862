"""Boletos: barcode, linha digitável, due-date factor, bars, and what banks promise about them (payments.md §1). Pure.

The banks themselves are folders of ``malha/domain/banks``.
"""

from malha.domain.boleto.account import AccountField, BankAccount
from malha.domain.boleto.arrecadacao import Arrecadacao
from malha.domain.boleto.bank import Bank, NossoNumero, Terms
from malha.domain.boleto.barcode import MAX_AMOUNT, Barcode, mask_linha, parse_barcode, parse_linha
from malha.domain.boleto.compose import Boleto, compose
from malha.domain.boleto.factor import due_date_of, due_factor
from malha.domain.boleto.itf import itf_bars
from malha.domain.boleto.pasted import PastedBoleto, read_pasted

__all__ = [
    "MAX_AMOUNT",
    "AccountField",
    "Arrecadacao",
    "Bank",
    "BankAccount",
    "Barcode",
    "Boleto",
    "NossoNumero",
    "PastedBoleto",
    "Terms",
    "compose",
    "due_date_of",
    "due_factor",
    "itf_bars",
    "mask_linha",
    "parse_barcode",
    "parse_linha",
    "read_pasted",
]

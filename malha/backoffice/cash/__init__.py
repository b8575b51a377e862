"""Caixa: the book of each account, closings, bills to pay, suppliers, accounts and categories."""

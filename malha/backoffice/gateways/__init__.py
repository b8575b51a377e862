"""Gateways: the accounts behind the forms of payment, and what a bank refused."""

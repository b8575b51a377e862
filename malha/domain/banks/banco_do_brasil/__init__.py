"""Banco do Brasil (001)."""

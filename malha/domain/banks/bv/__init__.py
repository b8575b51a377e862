"""Banco BV (655)."""

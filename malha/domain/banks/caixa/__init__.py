"""Caixa Econômica Federal (104)."""

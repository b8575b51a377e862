"""Banco Inter (077)."""

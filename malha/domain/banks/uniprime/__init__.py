"""Uniprime (084)."""

"""Santander (033)."""

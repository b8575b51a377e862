"""Sicredi (748)."""

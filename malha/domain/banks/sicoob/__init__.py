"""Sicoob (756)."""

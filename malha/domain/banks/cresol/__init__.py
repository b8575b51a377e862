"""Cresol (133)."""

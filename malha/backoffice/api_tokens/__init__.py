"""Chaves da API: which programs may do what."""

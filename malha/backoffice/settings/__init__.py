"""Configurações: one page per subject."""

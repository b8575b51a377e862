"""Unicred (136)."""

"""Planos: what the provider sells and what each router makes of it."""

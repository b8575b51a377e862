"""Modelos de contrato: the written contracts, with their placeholders and versions."""

"""Pendência e bloqueio: the rehearsal of the daily run, notices to deliver, proposals of termination."""

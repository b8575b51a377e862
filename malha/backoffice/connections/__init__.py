"""Conexões: who is connected now, as the routers were last read."""

"""Servidores: the routers, what stands on them, and where they disagree with the register."""

"""Simulated routers and their lanes for the journeys that reach one."""

from tests.support.lanes import process, router, serve

__all__ = ["process", "router", "serve"]

"""Simulated routers and their lanes for the tests of this room."""

from tests.support.lanes import process, router, serve

__all__ = ["process", "router", "serve"]

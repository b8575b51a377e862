"""Simulated routers and their lanes for the tests of the worker."""

from tests.support.lanes import process, router, serve

__all__ = ["process", "router", "serve"]

"""A simulated MikroTik router: a process of its own that speaks the real RouterOS API wire.

Standard library only (`cryptography` is optional and only makes the TLS certificate). See README.md.
"""

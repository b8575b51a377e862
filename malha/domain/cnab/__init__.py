"""CNAB 240 and 400: what we send to a bank and what it sends back.

`fields` turns tables into lines, `layouts` says what a bank's layout consists of, `remittance` writes, `returns` reads, `registry` finds
the banks. What one bank does is data in `malha/domain/banks/<bank>/cnab.py`. Facts: payments.md §5, §6, §8.
"""

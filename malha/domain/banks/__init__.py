"""The banks, a folder each: what its boletos and its files look like. Adding one touches nothing else.

`boleto.py` of a folder names the bank and composes campo livre and nosso número; `cnab.py`, where the bank takes files, holds the
layouts and settlement tables. Facts: payments.md §1.4, §5, §6.
"""

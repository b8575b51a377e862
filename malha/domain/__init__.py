"""The rule book: plain Python. No Django, no clock, no I/O; values in, values out.

Everything here is decided from its arguments alone, ``today`` included, so a rule can be tested
without a database and a preview is the same call as the real run.
"""

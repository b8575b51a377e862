"""Uniprime (084): composes as Bradesco does."""

from malha.domain.banks.bradesco.boleto import Bradesco


class Uniprime(Bradesco):
    """Bradesco's rules under its own code."""

    code = "084"
    dv = "1"
    name = "Uniprime"


BANK = Uniprime()

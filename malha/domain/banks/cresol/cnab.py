"""Files of Cresol: CNAB 400 as Bradesco's (payments.md §6). The remessa is not confirmed by a test file."""

from dataclasses import replace
from typing import Final

from malha.domain.banks.bradesco import cnab as bradesco

CODE: Final = "133"
NAME: Final = "CRESOL"

LAYOUTS: Final = (replace(bradesco.LAYOUT_400, bank_code=CODE, bank_name=NAME),)

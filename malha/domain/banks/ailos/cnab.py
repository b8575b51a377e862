"""Files of Ailos (085, Cecred): CNAB 240 as FEBRABAN has it; nosso número is account and sequence, 17 digits, without a check digit.

The remessa follows the public layout and is not confirmed by a test file.
"""

from typing import Final

from malha.domain.cnab import base240
from malha.domain.cnab.layouts import Format, Layout

CODE: Final = "085"
NAME: Final = "AILOS"

LAYOUTS: Final = (Layout(CODE, NAME, Format.CNAB240, base240.amended(versions=("087", "045")), base240.RETURNS),)

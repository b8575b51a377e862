"""One report per file. `malha/reports/registry.py` names them."""

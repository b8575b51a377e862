#!/usr/bin/env python3
"""Django's command line; `bin/malha` runs it inside the virtual environment."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "malha.config.settings")
    execute_from_command_line(sys.argv)

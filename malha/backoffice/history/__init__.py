"""The log of changes and of tries at the door."""

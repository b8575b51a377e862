"""Login, first set-up and one's own profile."""

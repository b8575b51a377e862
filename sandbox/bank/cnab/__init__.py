"""Bank files, read and written at fixed positions."""

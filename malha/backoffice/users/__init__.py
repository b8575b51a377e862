"""Administration of the people who work at the provider."""

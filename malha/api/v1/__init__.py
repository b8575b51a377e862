"""Version 1 of the door for programs: `/api/v1`, described at `/api/v1/openapi.json`."""

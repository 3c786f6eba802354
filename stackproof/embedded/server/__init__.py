"""The embedded AWS as a process: `python -m stackproof.embedded.server`, and its control."""

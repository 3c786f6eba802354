"""What the modules of the catalogue share: tools, not controls."""

"""Telling people what a night found: what is said, in whose form, and how it gets there."""

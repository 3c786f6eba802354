"""Overlay entries, one module per AWS service."""

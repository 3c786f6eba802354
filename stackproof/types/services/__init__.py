"""Descriptions of types, one module per AWS service."""

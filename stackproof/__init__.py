"""Proves that AWS stacks written with Pulumi are what they claim."""

"""Proves that AWS stacks written with Pulumi are what they claim, at preview and after deployment."""

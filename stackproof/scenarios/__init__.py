"""Scenarios for any stack: `pytest --pyargs stackproof.scenarios -n auto`."""

"""Nightly runs: every stack that the settings name, each looked at from all sights."""

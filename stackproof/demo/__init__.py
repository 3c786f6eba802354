"""The demonstration: deploy, verify, break five things, and show that each is caught."""

"""Measurements, run by hand with `make bench`; tests never assert on time."""

"""AWS in a box: a moto server on loopback, and what creates our resource types on it."""

"""Every control of the catalogue, judged on the deployed stack."""

from stackproof.scenarios.test_controls import pytest_generate_tests, test_control

__all__ = ["pytest_generate_tests", "test_control"]

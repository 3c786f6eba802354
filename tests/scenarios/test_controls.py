"""Every control of the catalogue, judged on the deployed stack."""

from stackproof.scenarios.test_controls import test_control

__all__ = ["test_control"]

"""Whatever the stack: its outputs are true, flat, and give nothing away."""

from stackproof.scenarios.test_output_validation import (
    pytestmark,
    test_alarms_that_the_outputs_name_exist,
    test_arns_that_the_outputs_name_exist,
    test_outputs_are_flat,
    test_outputs_are_named_in_one_way,
    test_outputs_are_of_the_account_and_region_they_claim,
    test_outputs_hold_no_secret,
)

__all__ = [
    "pytestmark",
    "test_alarms_that_the_outputs_name_exist",
    "test_arns_that_the_outputs_name_exist",
    "test_outputs_are_flat",
    "test_outputs_are_named_in_one_way",
    "test_outputs_are_of_the_account_and_region_they_claim",
    "test_outputs_hold_no_secret",
]

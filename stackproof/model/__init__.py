"""The centre: resources, stacks, controls, outcomes and findings; imports nothing else of ours."""

from stackproof.model.control import Category, Control, ControlError, Family, Severity
from stackproof.model.finding import Finding
from stackproof.model.frameworks import Framework
from stackproof.model.outcome import (
    LEFT_TO_AWS,
    Cause,
    Fail,
    NotApplicable,
    Outcome,
    Pass,
    Unknown,
    UnresolvedError,
    Waived,
    outcome_word,
    worst,
)
from stackproof.model.resource import Block, Resource
from stackproof.model.stack import Sight, Stack

__all__ = [
    "LEFT_TO_AWS",
    "Block",
    "Category",
    "Cause",
    "Control",
    "ControlError",
    "Fail",
    "Family",
    "Finding",
    "Framework",
    "NotApplicable",
    "Outcome",
    "Pass",
    "Resource",
    "Severity",
    "Sight",
    "Stack",
    "Unknown",
    "UnresolvedError",
    "Waived",
    "outcome_word",
    "worst",
]

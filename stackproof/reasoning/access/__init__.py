"""Who may do what: one judgement over statements, conditions and principals."""

from stackproof.reasoning.access.evaluation import may
from stackproof.reasoning.access.patterns import matches
from stackproof.reasoning.access.statements import Condition, Statement, service_of, statements
from stackproof.reasoning.access.tls import denies_without_tls

__all__ = [
    "Condition",
    "Statement",
    "denies_without_tls",
    "matches",
    "may",
    "service_of",
    "statements",
]

"""Who may do what: one judgement over statements, conditions and principals."""

from stackproof.reasoning.access.circle import Circle
from stackproof.reasoning.access.conditions import Bound, asks_for_tags
from stackproof.reasoning.access.evaluation import may
from stackproof.reasoning.access.federation import issuer, lets_guests_in, shared, wanted_claims
from stackproof.reasoning.access.judgement import Grant, grants
from stackproof.reasoning.access.keys import of_who_asks
from stackproof.reasoning.access.parties import ANY_SERVICE, Kind, Party
from stackproof.reasoning.access.patterns import matches
from stackproof.reasoning.access.permissions import granted_to, permitted
from stackproof.reasoning.access.statements import Condition, Statement, service_of, statements
from stackproof.reasoning.access.tls import denies_without_tls

__all__ = [
    "ANY_SERVICE",
    "Bound",
    "Circle",
    "Condition",
    "Grant",
    "Kind",
    "Party",
    "Statement",
    "asks_for_tags",
    "denies_without_tls",
    "granted_to",
    "grants",
    "issuer",
    "lets_guests_in",
    "matches",
    "may",
    "of_who_asks",
    "permitted",
    "service_of",
    "shared",
    "statements",
    "wanted_claims",
]

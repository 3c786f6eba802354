"""What is counted of the lines of a log group."""

from __future__ import annotations

from stackproof.model import Stack
from stackproof.reasoning.alarms import Signal
from stackproof.types.tokens import LOG_METRIC_FILTER


def counts(pattern: str, word: str) -> bool:
    """Tell whether a filter pattern matches every line with a word in it.

    Source: Amazon CloudWatch Logs User Guide, "Filter pattern syntax": of terms with a question
    mark one is enough, of others all are needed; brackets and braces match other kinds of lines.
    """
    terms = pattern.split()
    if terms and all(term.startswith("?") for term in terms):
        return word in (term.removeprefix("?").strip('"') for term in terms)
    return [term.strip('"') for term in terms] == [word]


def counted(stack: Stack, group: str, word: str) -> tuple[Signal, ...]:
    """Give the metrics whose sum is the number of lines of a log group with a word in them.

    Raises UnresolvedError when the filters can't be seen.
    """
    return tuple(
        Signal(str(transformation["namespace"]), str(transformation["name"]), "Sum")
        for found in stack.all(LOG_METRIC_FILTER)
        if found["log_group_name"] == group and counts(str(found["pattern"] or ""), word)
        for transformation in found.blocks("metric_transformation")
        if transformation["value"] in ("1", 1) and not transformation.mapping("dimensions")
    )

"""Parameters of RDS parameter groups, as AWS shows them."""

from __future__ import annotations

from typing import Any

from stackproof.model import Unknown


def parameters_shown(answer: Any) -> Any:
    """Translate the parameters that were set, of a cluster's or an instance's group alike."""
    if isinstance(answer, Unknown):
        return answer
    return [
        {
            "name": parameter["ParameterName"],
            "value": parameter["ParameterValue"],
            "apply_method": parameter.get("ApplyMethod", "immediate"),
        }
        for parameter in answer or ()
    ]

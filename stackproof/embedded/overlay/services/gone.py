"""What is deleted a second time, where moto breaks instead of saying that it is gone."""

from __future__ import annotations

from stackproof.embedded.overlay.call import AwsError, Call
from stackproof.embedded.overlay.registry import guards

# By service and operation: where moto keeps the things, by which parameter, and AWS's code.
_SHELVES = {
    ("cloudfront", "DeleteOriginAccessControl"): (
        "origin_access_controls",
        "Id",
        "NoSuchOriginAccessControl",
    ),
    ("scheduler", "DeleteScheduleGroup"): ("schedule_groups", "Name", "ResourceNotFoundException"),
}


def delete_once(call: Call) -> None:
    """Refuse to delete what isn't there.

    AWS: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_DeleteScheduleGroup.html
    """
    shelf, parameter, code = _SHELVES[call.service, call.operation]
    if call.params[parameter] not in getattr(call.backend(call.service), shelf):
        raise AwsError(code, f"There is no {call.params[parameter]}.", 404)


for _service, _operation in _SHELVES:
    guards(_service, _operation)(delete_once)

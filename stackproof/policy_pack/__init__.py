"""The catalogue as a CrossGuard policy pack: one policy per control, named by its id.

A control of a single resource becomes a resource policy, judged on the inputs before anything is
created, also by `pulumi up --skip-preview`. A control that needs neighbours becomes a stack
policy, judged once the whole stack is known. Three more advisory policies list, line by line, what
is not judged, `left-out`, the violations that the project waives, `waived`, and what preview cannot
show, `verified-live`; a
mandatory one refuses waivers that cover more than they expect, `waiver-as-expected`.
"""

from stackproof.policy_pack.config import PackConfigError
from stackproof.policy_pack.policies import policies
from stackproof.policy_pack.project import project_settings, project_waivers
from stackproof.policy_pack.server import serve
from stackproof.policy_pack.unverified import VERIFIED_LIVE
from stackproof.policy_pack.waived import WAIVED

__all__ = [
    "VERIFIED_LIVE",
    "WAIVED",
    "PackConfigError",
    "policies",
    "project_settings",
    "project_waivers",
    "serve",
]

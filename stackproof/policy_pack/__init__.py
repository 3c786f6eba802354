"""The catalogue as a CrossGuard policy pack: one policy per control, named by its id.

A control of a single resource becomes a resource policy, judged on the inputs before anything is
created, also by `pulumi up --skip-preview`. A control that needs neighbours becomes a stack
policy, judged once the whole stack is known. What preview cannot show is listed, line by line, by
one more advisory policy, `verified-live`.
"""

from stackproof.policy_pack.config import PackConfigError
from stackproof.policy_pack.policies import BrokenControlError, policies
from stackproof.policy_pack.server import serve
from stackproof.policy_pack.unverified import VERIFIED_LIVE

__all__ = ["VERIFIED_LIVE", "BrokenControlError", "PackConfigError", "policies", "serve"]

"""The IAM policy that verification needs, made from the questions that readers declare.

`python -m stackproof.sights.live.permissions` prints it; `docs/read-only-policy.json` is a copy.
"""

from __future__ import annotations

import json
from typing import Any

from stackproof.sights.live.reader import all_asks
from stackproof.sights.live.readers import readers
from stackproof.sights.live.scenario_asks import SCENARIO_ASKS
from stackproof.sights.live.snapshot import IDENTITY, WHOLE_ACCOUNT
from stackproof.sights.live.tagging import TAGGED


def read_only_policy() -> dict[str, Any]:
    """Give the least-privilege policy of `stackproof verify` and the scenario suite.

    Listing operations have no resource to be limited to, so the policy names actions only: all
    of them read, and none reads data or secret values.
    """
    asks = [IDENTITY, TAGGED, *all_asks(readers()), *WHOLE_ACCOUNT, *SCENARIO_ASKS]
    statement = {
        "Sid": "StackproofReads",
        "Effect": "Allow",
        "Action": sorted({ask.action for ask in asks}),
        "Resource": "*",
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


if __name__ == "__main__":
    print(json.dumps(read_only_policy(), indent=2))

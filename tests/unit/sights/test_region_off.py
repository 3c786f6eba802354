"""A region that is off, or that an organisation closes, is unknown to the whole run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from stackproof.exit_codes import COULD_NOT
from stackproof.model import Cause, Unknown
from stackproof.outputs import Outputs
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.fetch import Fetched
from stackproof.sights.live.readers import readers
from stackproof.sights.live.snapshot import Snapshot, take
from stackproof.types.tokens import KMS_KEY, SNS_TOPIC
from stackproof.verify import judged
from tests.unit.sights.answering import ACCOUNT, REGION, Answering

ELSEWHERE = "ap-east-1"
TAGS = {"Project": "shop", "Environment": "prod"}
TOPIC = f"arn:aws:sns:{ELSEWHERE}:{ACCOUNT}:alarms"


class Closed(Answering):
    """Answers nothing in one region."""

    def __init__(self, why: Unknown) -> None:
        super().__init__({})
        self._why = why

    def _send(self, ask: Ask, region: str, parameters: Mapping[str, Any]) -> Fetched:
        if region == ELSEWHERE:
            return self._why
        return super()._send(ask, region, dict(parameters))


def seen(why: Unknown, *keys: str, tags: Mapping[str, str]) -> Snapshot:
    return take(Closed(why), readers(), regions=[REGION, ELSEWHERE], keys=keys, own_tags=tags)


@pytest.mark.parametrize("cause", [Cause.REGION_OFF, Cause.ACCESS_DENIED])
@pytest.mark.parametrize(("keys", "tags"), [((TOPIC,), {}), ((), TAGS)], ids=["named", "tagged"])
def test_what_may_be_in_a_closed_region_is_unknown(
    cause: Cause, keys: tuple[str, ...], tags: Mapping[str, str]
) -> None:
    snapshot = seen(Unknown(cause, detail="answered OptInRequired"), *keys, tags=tags)
    wanted = SNS_TOPIC if keys else KMS_KEY
    assert snapshot.gaps[wanted].cause is cause
    assert {gap.region for gap in snapshot.lost} == {ELSEWHERE}
    run = judged(Outputs({"region": REGION}, Path("flat-outputs.json")), snapshot, 0)
    assert run.exit_code == COULD_NOT
    assert run.verdict.startswith("not verified: not everything could be seen")
    assert cause.value in run.not_read
    assert run.summary["pass"] == 0

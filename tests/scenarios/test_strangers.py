"""Whatever the system: policies let no stranger in, nor lock out those who work there."""

from __future__ import annotations

import pytest

from stackproof.scenarios import test_strangers as general

pytestmark = [
    pytest.mark.security,
    pytest.mark.blueprint("tap", "nova", "scalepayments", "serverless", "cicd", "nightly"),
]
circle = general.circle

test_buckets_let_no_stranger_in = pytest.mark.requirement("1.7", "2.5", "4.3", "5.4")(
    general.test_buckets_let_no_stranger_in
)
test_keys_topics_secrets_and_images_let_no_stranger_in = pytest.mark.requirement(
    "1.10", "2.6", "3.15", "4.4", "5.5"
)(general.test_keys_topics_secrets_and_images_let_no_stranger_in)
test_buckets_can_be_worked_with = pytest.mark.requirement("1.7", "2.5", "4.3", "5.4")(
    general.test_buckets_can_be_worked_with
)
test_keys_of_logs_and_alerts_work = pytest.mark.requirement("1.10", "2.6", "3.15", "4.1", "5.2")(
    general.test_keys_of_logs_and_alerts_work
)

"""What only programs tell: AWS takes it with a request and keeps no record of it.

Sources: Amazon RDS API Reference, DeleteDBInstance and DeleteDBCluster, which DocumentDB and
Neptune share; Amazon Redshift API Reference, DeleteCluster; AWS KMS API Reference,
ScheduleKeyDeletion and PutKeyPolicy; AWS Secrets Manager API Reference, DeleteSecret.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from stackproof.types import tokens as t

_SNAPSHOT: Final = ("skip_final_snapshot", "final_snapshot_identifier")
_KEY: Final = ("deletion_window_in_days", "bypass_policy_lockout_safety_check")

# By type, the properties that controls judge.
PROGRAM_ONLY: Final[Mapping[str, tuple[str, ...]]] = {
    t.DOCDB_CLUSTER: _SNAPSHOT,
    t.KMS_EXTERNAL_KEY: _KEY,
    t.KMS_KEY: _KEY,
    t.NEPTUNE_CLUSTER: _SNAPSHOT,
    t.RDS_CLUSTER: _SNAPSHOT,
    t.RDS_INSTANCE: _SNAPSHOT,
    t.REDSHIFT_CLUSTER: _SNAPSHOT,
    t.SECRET: ("recovery_window_in_days",),
}

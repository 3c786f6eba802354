"""What copies, keeps and serves data may do so."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.pair_cases import cases
from stackproof.controls.support.pairs import consumers, judged, needed
from stackproof.model import Category, Framework, Outcome, Resource, Severity, Stack
from stackproof.reasoning.permissions.table.serving import DISTRIBUTIONS, VOLUMES
from stackproof.reasoning.permissions.table.storage import (
    BACKUPS,
    REPLICATION,
    STREAMS_TO_BUCKETS,
)


@control(
    "replication-may-copy",
    title="Replication may read the source, write the copy, and use the keys of both",
    severity=Severity.HIGH,
    category=Category.DR,
    types=consumers(REPLICATION),
    needs=needed(REPLICATION),
    frameworks={Framework.NIST: ("CP-6", "CP-9")},
    cases=cases(REPLICATION[0]),
)
def replication_may_copy(replication: Resource, stack: Stack) -> dict[str, Outcome]:
    """Objects stay in the state FAILED, and the copy is missing on the day of the disaster."""
    return judged(REPLICATION, replication, stack)


@control(
    "backup-may-run",
    title="Backups may read what they keep and copy it where it is to go",
    severity=Severity.HIGH,
    category=Category.DR,
    types=consumers(BACKUPS),
    needs=needed(BACKUPS),
    frameworks={Framework.NIST: ("CP-9",)},
    cases=cases(BACKUPS[0]),
)
def backup_may_run(plan: Resource, stack: Stack) -> dict[str, Outcome]:
    """The job fails each night, in a list that nobody reads."""
    return judged(BACKUPS, plan, stack)


@control(
    "distribution-may-read",
    title="Distributions may read the buckets that they serve",
    severity=Severity.HIGH,
    category=Category.HA,
    types=consumers(DISTRIBUTIONS),
    needs=needed(DISTRIBUTIONS),
    frameworks={Framework.NIST: ("AC-3", "AC-6")},
    cases=cases(DISTRIBUTIONS[0]),
)
def distribution_may_read(distribution: Resource, stack: Stack) -> dict[str, Outcome]:
    """Every visitor is answered with 403."""
    return judged(DISTRIBUTIONS, distribution, stack)


@control(
    "delivery-stream-may-write",
    title="Delivery streams may read their source and write to their bucket",
    severity=Severity.HIGH,
    category=Category.HA,
    types=consumers(STREAMS_TO_BUCKETS),
    needs=needed(STREAMS_TO_BUCKETS),
    frameworks={Framework.NIST: ("AC-3", "AC-6")},
    cases=cases(STREAMS_TO_BUCKETS[0]),
)
def delivery_stream_may_write(stream: Resource, stack: Stack) -> dict[str, Outcome]:
    """Firehose keeps what it may not deliver for a day at most."""
    return judged(STREAMS_TO_BUCKETS, stream, stack)


@control(
    "group-may-decrypt-volumes",
    title="Auto Scaling may start instances with the keys of their volumes",
    severity=Severity.HIGH,
    category=Category.SCALING,
    types=consumers(VOLUMES),
    needs=needed(VOLUMES),
    frameworks={Framework.NIST: ("CP-10", "SC-5")},
    cases=cases(VOLUMES[0]),
)
def group_may_decrypt_volumes(group: Resource, stack: Stack) -> dict[str, Outcome]:
    """Instances that run go on; a new one ends as soon as it is started."""
    return judged(VOLUMES, group, stack)

"""Ask: one AWS read operation, as data."""

from __future__ import annotations

from dataclasses import dataclass

from botocore import xform_name

# Where the IAM action prefix is not the boto3 service name (AWS Service Authorization Reference).
_PREFIX = {
    "efs": "elasticfilesystem",
    "elbv2": "elasticloadbalancing",
    "resourcegroupstaggingapi": "tag",
    "stepfunctions": "states",
}


@dataclass(frozen=True, slots=True)
class Ask:
    """An operation, the key of its answer that matters, and the IAM action that allows it.

    A key within a key is written with a dot.
    `absent` lists the error codes by which AWS says "not configured". `failures` is the key of
    what AWS could not answer of a batch, each with a code of its own. What is asked of `any_region`
    is answered by each alike. What is `singular` an account has once at most: nothing has to name
    it, and only the codes in `absent` say that it isn't there.
    """

    service: str
    operation: str
    result: str | None = None
    absent: tuple[str, ...] = ()
    iam: str | None = None
    failures: str = ""
    any_region: bool = False
    singular: bool = False

    @property
    def method(self) -> str:
        """Give the name of the boto3 client method."""
        return xform_name(self.operation)

    @property
    def name(self) -> str:
        """Give the operation as people write it: `rds:DescribeDBClusters`."""
        return f"{self.service}:{self.operation}"

    @property
    def action(self) -> str:
        """Give the IAM action that the caller needs."""
        return self.iam or f"{_PREFIX.get(self.service, self.service)}:{self.operation}"

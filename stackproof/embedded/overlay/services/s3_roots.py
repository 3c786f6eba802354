"""S3: the root elements of answers, which moto names after the operation."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.overlay.registry import patches
from stackproof.sights.live.members import ROOTS


@patches("s3")
def name_roots() -> None:
    """Name the root element of each answer as S3 does.

    AWS: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html and others
    """
    from moto.core.serialize import S3Serializer

    serializer: Any = S3Serializer
    write = serializer._serialize_body

    def written(self: Any, body: dict[str, Any]) -> Any:
        root = ROOTS.get(f"s3:{self.operation_model.name}")
        answer = body.pop(f"{self.operation_model.name}Response", None) if root else None
        return write(self, body if answer is None else {root: answer})

    serializer._serialize_body = written

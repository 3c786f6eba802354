"""What an overlay entry sees of a request, and the error it may answer with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from stackproof.embedded.overlay.store import Store


class AwsError(Exception):
    """An error as AWS answers it; `status` overrides the HTTP status of the service's model."""

    def __init__(self, code: str, message: str, status: int | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


@dataclass(frozen=True)
class Call:
    """One AWS operation asked of the server, in botocore's names."""

    service: str
    operation: str
    account: str
    region: str
    headers: Mapping[str, str]  # by lower-case name
    store: Store
    read_params: Callable[[], Mapping[str, Any]]

    @cached_property
    def params(self) -> Mapping[str, Any]:
        """The request's parameters, parsed on first use."""
        return self.read_params()

    def kept(self, name: str) -> dict[str, Any]:
        """Return the dictionary `name` of this service, account and region; a reset empties it."""
        return self.store.shelf(self.account, self.region, self.service, name)

    def kept_by_account(self, name: str) -> dict[str, Any]:
        """Return the dictionary `name` of this service and account, the same in every region."""
        return self.store.shelf(self.account, "", self.service, name)

    def backend(self, moto_package: str) -> Any:
        """Return moto's own state for this account and region (moto's untyped internals)."""
        from moto.backends import get_backend

        regions = get_backend(moto_package)[self.account]  # type: ignore[call-overload]
        return regions[self.region if self.region in regions else "aws"]

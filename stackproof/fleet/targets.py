"""Targets: as whom AWS is asked, by a profile of its configuration files or by a role."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import botocore.session
from botocore.credentials import (
    AssumeRoleCredentialFetcher,
    CredentialProvider,
    CredentialResolver,
    DeferredRefreshableCredentials,
)
from botocore.exceptions import BotoCoreError

from stackproof.sights.arns import account_of
from stackproof.sights.live import credentials

_SESSION: Final = "stackproof"
# STS answers for a whole partition in each of its regions.
_ANY_REGION: Final = {"aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}


@dataclass(frozen=True, slots=True)
class Target:
    """As whom one run asks; with neither profile nor role, as whoever is in use."""

    profile: str | None = None
    role: str | None = None
    external_id: str | None = None

    @property
    def name(self) -> str:
        """Give the target as reports call it."""
        by = f" by profile {self.profile}" if self.profile else ""
        if self.role:
            return f"role {self.role}{by}"
        return f"profile {self.profile}" if self.profile else "the credentials in use"

    @property
    def account(self) -> str | None:
        """Give the account that the role is of; a profile doesn't say it."""
        return account_of(self.role)

    def session(self) -> botocore.session.Session:
        """Make the session that asks; a role is assumed when it first does, and again in time.

        Raises LiveError when there is no such profile.
        """
        try:
            made = botocore.session.Session(profile=self.profile)
            if self.role is not None:
                made.register_component("credential_provider", self._assuming(self.role))
            return made
        except BotoCoreError as error:
            raise credentials.refusal(error) from None

    def _assuming(self, role: str) -> CredentialResolver:
        source = botocore.session.Session(profile=self.profile)
        region = source.get_config_variable("region")
        # Only one region's STS answers where no region is chosen.
        usual = _ANY_REGION.get(role.split(":")[1], "us-east-1")
        arguments = {"RoleSessionName": _SESSION, "ExternalId": self.external_id}
        return CredentialResolver(
            [
                _Assumed(
                    source,
                    partial(source.create_client, region_name=region or usual),
                    role,
                    {name: value for name, value in arguments.items() if value},
                )
            ]
        )


class _Assumed(CredentialProvider):
    """Provides the credentials of a role."""

    METHOD = "assume-role"

    def __init__(
        self, source: Any, client_creator: Any, role: str, parameters: dict[str, str]
    ) -> None:
        super().__init__(source)
        self._source, self._client_creator = source, client_creator
        self._role, self._parameters = role, parameters

    def load(self) -> DeferredRefreshableCredentials | None:
        """Give credentials that assume the role when they are first used; none of nobody's."""
        held = self._source.get_credentials()
        if held is None:
            return None
        fetcher = AssumeRoleCredentialFetcher(
            self._client_creator, held, self._role, extra_args=self._parameters
        )
        return DeferredRefreshableCredentials(fetcher.fetch_credentials, self.METHOD)

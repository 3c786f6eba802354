"""Identity providers of OpenID Connect, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from stackproof.model import Resource
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.reader import Details, Item, Key, Reader, tag_map
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import IAM_OIDC_PROVIDER

_ARN = "OpenIDConnectProviderArn"


def _providers(scope: Scope) -> Iterator[Mapping[str, Any]]:
    # Whoever trusts a provider (GitHub's serves a whole account) names it in a policy's text only:
    # those of the stack are known by their ARNs.
    for arn in scope.named(rf"arn:[^:]+:iam::{scope.account}:oidc-provider/.+"):
        yield {_ARN: arn}


def _build(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    arn = item[_ARN]
    # AWS leaves out what every provider's address begins with. IAM API Reference,
    # CreateOpenIDConnectProvider: "The URL must begin with https://".
    url = f"https://{item['Url'].removeprefix('https://')}"
    data = {
        "arn": arn,
        "client_id_lists": list(item.get("ClientIDList") or ()),
        "tags": tag_map(item.get("Tags")),
        "thumbprint_lists": list(item.get("ThumbprintList") or ()),
        "url": url,
    }
    yield Resource(
        data=data,
        type=IAM_OIDC_PROVIDER,
        name=url,
        id=arn,
        arn=arn,
        account=scope.account,
    )


READERS = (
    Reader(
        types=(IAM_OIDC_PROVIDER,),
        listing=Ask("iam", "GetOpenIDConnectProvider"),
        targets=_providers,
        get_parameters=lambda id_, state: {_ARN: id_},
        key=lambda item, scope: Key(item[_ARN], item[_ARN], tags=tag_map(item.get("Tags"))),
        build=_build,
        arn_service="iam",
        parent_fields=(_ARN,),
        referenced=True,
        regional=False,
    ),
)

"""How secrets look that say of themselves whose they are.

Sources: GitHub Docs, "Supported secret scanning patterns", and the page on its tokens of each
issuer; IAM User Guide, "Manage access keys for IAM users"; RFC 7519, "JSON Web Token"; Microsoft
Learn, "Configure Azure Storage connection strings"; pgJDBC, "Connecting to the database".
"""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import Final

# Beginnings that an issuer gives all its tokens, and the least that follows.
_ISSUED: Final = (
    r"gh[opsur]_\w{20,}",  # GitHub
    r"github_pat_\w{20,}",
    r"gl(?:pat|ptt|dt|rt|soat|cbt|ft|agent)-[\w-]{20,}",  # GitLab
    r"xox[abeoprs]-[\w-]{10,}",  # Slack
    r"xapp-[\w-]{10,}",
    r"[rs]k_live_\w{10,}",  # Stripe
    r"whsec_\w{20,}",
    r"sk-(?:proj|svcacct|admin|ant|or)-[\w-]{20,}",  # OpenAI, Anthropic, OpenRouter
    r"sk-[A-Za-z0-9]{48}",
    r"gsk_\w{40,}",  # Groq
    r"xai-\w{40,}",
    r"r8_\w{37,}",  # Replicate
    r"hf_[A-Za-z0-9]{30,}",  # Hugging Face
    r"AIza[\w-]{35}",  # Google
    r"GOCSPX-[\w-]{20,}",
    r"npm_[A-Za-z0-9]{36}",
    r"pypi-AgE[\w-]{20,}",
    r"rubygems_[0-9a-f]{48}",
    r"dckr_pat_[\w-]{20,}",  # Docker
    r"SG\.[\w-]{16,}\.[\w-]{16,}",  # SendGrid
    r"key-[0-9a-f]{32}",  # Mailgun
    r"[0-9a-f]{32}-us\d{1,2}",  # Mailchimp
    r"do[opr]_v1_[0-9a-f]{64}",  # DigitalOcean
    r"dapi[0-9a-f]{32}",  # Databricks
    r"hv[bs]\.[\w-]{20,}",  # HashiCorp Vault
    r"pul-[0-9a-f]{40}",  # Pulumi
    r"gl(?:sa|c)_[\w=]{20,}",  # Grafana
    r"NRAK-[A-Z0-9]{20,}",  # New Relic
    r"sntrys_[\w=+/-]{20,}",  # Sentry
    r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}",  # Shopify
    r"sq0(?:atp|csp)-[\w-]{20,}",  # Square
    r"lin_api_\w{20,}",  # Linear
    r"PMAK-[\w-]{20,}",  # Postman
    r"ATATT3[\w=-]{20,}",  # Atlassian
    r"AGE-SECRET-KEY-1[A-Z0-9]{20,}",
    r"ABSK[A-Za-z0-9+/]{80,}",  # Amazon Bedrock
    r"eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}",  # a signed JSON Web Token
)
# The names that AWS's own pages use are nobody's.
_ACCESS_KEY: Final = r"(?:AKIA|ASIA)(?![A-Z0-9]{9}EXAMPLE)[A-Z0-9]{16}\b"
# What is filled in later is none: `:${PASSWORD}@`, `:%s@`, `:<password>@`, `:***@`.
_LATER: Final = r"(?![$<{*]|%[sd(])"
_WEBHOOK: Final = (
    r"//hooks\.slack\.com/(?:services|triggers|workflows)/[\w/]{20,}"
    r"|//(?:ptb\.|canary\.)?discord(?:app)?\.com/api/webhooks/\d+/[\w-]{20,}"
    r"|\.webhook\.office\.com/webhookb2/[\w@-]{20,}"
)
_IN_CONNECTION: Final = (
    r"(?:^|[?&;])(?i:password|passwd|pwd|accountkey|sharedaccesskey)="
    + _LATER
    + r"(?!(?i:true|false|none|null)\b)[^&;\s\"']{4,}"
    r"|[?&]sig=[\w%+/-]{40,}"
)
LOOKS_SECRET: Final = re.compile(
    rf"\b(?:{'|'.join(_ISSUED)}|{_ACCESS_KEY})"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY"
    # user:password@host, and :password@host where there is no user
    rf"|://[^/\s:@]*:{_LATER}[^/\s:@]+@"
    rf"|{_WEBHOOK}|{_IN_CONNECTION}"
)
_FORTY: Final = re.compile(r"[A-Za-z0-9/+]{40}")
_CLASSES: Final = (re.compile(r"[a-z]"), re.compile(r"[A-Z]"), re.compile(r"\d"))
_SIGNS: Final = re.compile(r"[a-z]+|[A-Z]+|\d+|[/+]+")
# Of forty signs that are drawn at random hardly ever fewer; words that are put together have fewer.
_LEAST_BITS: Final = 4.6
_LEAST_CHANGES: Final = 16


def looks_secret(value: str) -> bool:
    """Tell whether a value is a secret by how it looks: by its format, or drawn at random."""
    return LOOKS_SECRET.search(value) is not None or _secret_access_key(value)


def _secret_access_key(value: str) -> bool:
    """Tell whether a value is like the secret part of an access key of AWS."""
    if not _FORTY.fullmatch(value) or not all(kind.search(value) for kind in _CLASSES):
        return False
    shares = [count / len(value) for count in Counter(value).values()]
    bits = -sum(share * math.log2(share) for share in shares)
    return bits >= _LEAST_BITS and len(_SIGNS.findall(value)) > _LEAST_CHANGES

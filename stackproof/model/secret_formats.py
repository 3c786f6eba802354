"""How secrets look that say of themselves whose they are: one table of their issuers.

Sources: GitHub Docs, "Supported secret scanning patterns", and of each issuer the page that stands
beside it; Microsoft Learn, "Configure Azure Storage connection strings"; pgJDBC, "Connecting to
the database"; RFC 3986, "User Information".
"""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter
from functools import lru_cache
from typing import Final, NamedTuple

from stackproof.model.secrecy import HIDDEN


class Issuer(NamedTuple):
    """Who gives secrets out, the page that tells of them, and how they look.

    A form begins where a word begins, with a sign or a class of signs by itself: what can't be one
    is passed over fast. Behind its mark it takes as little as the issuer ever gives.
    """

    name: str
    page: str
    forms: tuple[str, ...]


_UUID: Final = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
ISSUERS: Final = (
    # The keys that AWS's own pages use are nobody's.
    Issuer(
        "AWS",
        "IAM User Guide, Manage access keys for IAM users",
        (r"A(?:KI|SI)A(?![A-Z0-9]{9}EXAMPLE)[A-Z0-9]{16}\b",),
    ),
    Issuer(
        "Amazon Bedrock",
        "Amazon Bedrock User Guide, API keys",
        (r"ABSK[A-Za-z0-9+/]{80,}",),
    ),
    Issuer(
        "GitHub",
        "GitHub Docs, About authentication to GitHub: token formats",
        (r"gh[opsur]_\w{20,}", r"github_pat_\w{20,}"),
    ),
    Issuer(
        "GitLab",
        "GitLab Docs, Token overview: token prefixes",
        (r"gl(?:pat|ptt|dt|rt|soat|cbt|ft|agent)-[\w-]{20,}",),
    ),
    Issuer("Slack", "Slack API, Tokens", (r"xox[abeoprs]-[\w-]{10,}", r"xapp-[\w-]{10,}")),
    Issuer(
        "Stripe",
        "Stripe Docs, API keys",
        (r"sk_live_\w{10,}", r"rk_live_\w{10,}", r"whsec_\w{20,}"),
    ),
    Issuer(
        "OpenAI",
        "OpenAI API Reference, Authentication",
        (r"sk-(?:proj|svcacct|admin)-[\w-]{20,}", r"sk-[A-Za-z0-9]{48}"),
    ),
    Issuer("Anthropic", "Anthropic API Overview, Authentication", (r"sk-ant-[\w-]{20,}",)),
    Issuer("OpenRouter", "OpenRouter Docs, Authentication", (r"sk-or-[\w-]{20,}",)),
    Issuer("Groq", "Groq Docs, Quickstart: API keys", (r"gsk_\w{40,}",)),
    Issuer("xAI", "xAI Docs, The Hitchhiker's Guide to Grok: API keys", (r"xai-\w{40,}",)),
    Issuer("Replicate", "Replicate Docs, API tokens", (r"r8_\w{37,}",)),
    Issuer("Hugging Face", "Hugging Face Hub, User access tokens", (r"hf_[A-Za-z0-9]{30,}",)),
    Issuer(
        "Google",
        "Google Cloud, API keys; Google Identity, Using OAuth 2.0",
        (r"AIza[\w-]{35}", r"GOCSPX-[\w-]{20,}", r"ya29\.[\w-]{20,}"),
    ),
    Issuer("npm", "npm Docs, About access tokens", (r"npm_[A-Za-z0-9]{36}",)),
    Issuer("PyPI", "PyPI, API tokens", (r"pypi-AgE[\w-]{20,}",)),
    Issuer("RubyGems", "RubyGems Guides, API key scopes", (r"rubygems_[0-9a-f]{48}",)),
    Issuer("Docker", "Docker Docs, Personal access tokens", (r"dckr_[po]at_[\w-]{20,}",)),
    Issuer("SendGrid", "SendGrid Docs, API keys", (r"SG\.[\w-]{16,}\.[\w-]{16,}",)),
    Issuer("Mailgun", "Mailgun Docs, API keys", (r"key-[0-9a-f]{32}",)),
    Issuer(
        "Mailchimp", "Mailchimp Marketing API, Quick start", (r"[0-9a-f][0-9a-f]{31}-us\d{1,2}",)
    ),
    Issuer("DigitalOcean", "DigitalOcean Docs, API tokens", (r"do[opr]_v1_[0-9a-f]{64}",)),
    Issuer("Databricks", "Databricks Docs, Personal access tokens", (r"dapi[0-9a-f]{32}",)),
    Issuer(
        "HashiCorp",
        "Vault Docs, Tokens; HCP Terraform Docs, API tokens",
        (r"hv[bs]\.[\w-]{20,}", r"[A-Za-z0-9][A-Za-z0-9]{13}\.atlasv1\.[\w=-]{40,}"),
    ),
    Issuer("Pulumi", "Pulumi Docs, Access tokens", (r"pul-[0-9a-f]{40}",)),
    Issuer("Grafana", "Grafana Docs, Service account tokens", (r"gl(?:sa|c)_[\w=]{20,}",)),
    Issuer(
        "New Relic",
        "New Relic Docs, New Relic API keys",
        (r"NRAK-[A-Z0-9]{20,}", r"[0-9a-f][0-9a-f]{35}NRAL\b", r"eu01xx[0-9a-f]{30}NRAL\b"),
    ),
    Issuer("Sentry", "Sentry Docs, Auth tokens", (r"sntry[su]_[\w=+/-]{20,}",)),
    Issuer(
        "Shopify",
        "Shopify Docs, About access tokens",
        (r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}",),
    ),
    Issuer(
        "Square",
        "Square Docs, Access tokens and other credentials",
        (r"sq0(?:atp|csp)-[\w-]{20,}", r"EAAA[\w-]{60}"),
    ),
    Issuer("Linear", "Linear Docs, API and webhooks", (r"lin_api_\w{20,}",)),
    Issuer("Postman", "Postman Docs, Postman API keys", (r"PMAK-[\w-]{20,}",)),
    Issuer("Atlassian", "Atlassian Support, API tokens", (r"AT(?:ATT|CTT)3[\w=-]{20,}",)),
    Issuer("age", "age, The age(1) command: identities", (r"AGE-SECRET-KEY-1[A-Z0-9]{20,}",)),
    Issuer("Heroku", "Heroku Dev Center, Authentication", (r"HRKU-[\w-]{30,}",)),
    Issuer(
        "Fly.io", "Fly.io Docs, Access tokens", (r"fo1_[\w-]{40,}", r"fm[12][ar]?_[\w+/=-]{60,}")
    ),
    Issuer(
        "Notion",
        "Notion Docs, Authorization",
        (r"ntn_[A-Za-z0-9]{40,}", r"secret_[A-Za-z0-9]{43}\b"),
    ),
    Issuer("Figma", "Figma Developer Docs, Access tokens", (r"fig[dor]_[\w-]{38,}",)),
    Issuer(
        "PlanetScale",
        "PlanetScale Docs, Service tokens; Connection strings",
        (r"pscale_(?:pw|tkn|oauth)_[\w.=-]{32,}",),
    ),
    Issuer(
        "Supabase",
        "Supabase Docs, API keys; Management API",
        (r"sbp_[0-9a-f]{40}", r"sb_secret_[\w-]{20,}"),
    ),
    Issuer(
        "Doppler",
        "Doppler Docs, Token formats",
        (r"dp\.(?:pt|st|ct|sa|said|scim|audit)\.[\w.-]{40,}",),
    ),
    Issuer("SonarQube", "SonarQube Docs, Generating and using tokens", (r"sq[aup]_[0-9a-f]{40}",)),
    Issuer(
        "JFrog",
        "JFrog Docs, Access tokens: API keys and reference tokens",
        (r"AKCp[A-Za-z0-9]{69}", r"cmVmdGtu[A-Za-z0-9]{56}"),
    ),
    Issuer(
        "Dynatrace",
        "Dynatrace Docs, Access tokens and OAuth clients",
        (r"dt0[a-z]\d\d\.[A-Z0-9]{24}\.[A-Z0-9]{64}",),
    ),
    Issuer(
        "Telegram",
        "Telegram Bot API, Authorizing your bot",
        (r"\d\d{7,9}:AA[\w-]{33}", r"bot\d{8,10}:AA[\w-]{33}"),
    ),
    Issuer(
        "Discord",
        "Discord Developer Docs, Authentication",
        (r"[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,}",),
    ),
    Issuer(
        "Microsoft Entra",
        "Microsoft Learn, Add credentials to an application",
        (r"[\w~.-][\w~.-]{2}\dQ~[\w~.-]{31,34}",),
    ),
    Issuer("LaunchDarkly", "LaunchDarkly Docs, Environment keys", (rf"sdk-{_UUID}",)),
    Issuer(
        "whoever signs a JSON Web Token",
        "RFC 7519, JSON Web Token",
        (r"eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}",),
    ),
)
_ISSUED: Final = "|".join(form for issuer in ISSUERS for form in issuer.forms)
# What people and tools write where something is to be filled in.
# Sources: AWS Batch User Guide, "Job definition parameters" (Ref::name); Datadog Docs,
# "Autodiscovery template variables" (%%env_NAME%%) and "Secrets management" (ENC[...]);
# supervisord, "Configuration file" (%(ENV_NAME)s); JDK, keytool (changeit).
PLACEHOLDER: Final = (
    r"(?:Ref::[\w-]+|%%\w+%%|%\(\w+\)s?|#\{[^}\s]+\}#?|\[\[[^\]]+\]\]|@@\w+@@|__\w+__|ENC\[[^\]]+\]"
    r"|(?i:(?:change|replace|fill|set)[-_ ]?(?:me|it|this)|replace[-_]with[-_][\w-]+"
    r"|your[-_][\w-]+|placeholder|redacted|todo|tbd|fixme|x{3,}))"
)
# What is filled in later is none: `:${PASSWORD}@`, `:%s@`, `:<password>@`, `:***@`.
_LATER: Final = rf"(?![$<{{*]|%[sd(]|{PLACEHOLDER}(?:[@&;\s\"']|$))"
# Sources: Slack API, "Sending messages using incoming webhooks"; Discord Developer Docs, "Webhook";
# Microsoft Learn, "Create incoming webhooks".
_WEBHOOK: Final = (
    r"//hooks\.slack\.com/(?:services|triggers|workflows)/[\w/]{20,}"
    r"|//(?:ptb\.|canary\.)?discord(?:app)?\.com/api/webhooks/\d+/[\w-]{20,}"
    r"|\.webhook\.office\.com/webhookb2/[\w@/-]{20,}"
)
# Sources: Amazon S3 API Reference, "Authenticating requests: using query parameters"; Azure
# Storage REST API, "Create a service SAS".
_ASSIGNED: Final = (
    r"(?i:password|passwd|pwd|accountkey|sharedaccesskey)="
    rf"{_LATER}(?!(?i:true|false|none|null)\b)[^&;\s\"']{{4,}}"
)
_IN_CONNECTION: Final = (
    rf"^{_ASSIGNED}|[?&;](?:{_ASSIGNED}|sig=[\w%+/-]{{40,}}"
    r"|(?i:x-amz-signature|x-amz-security-token)=[\w%+/=-]{40,})"
    # Source: Key Uri Format of Google Authenticator's wiki.
    r"|otpauth://[^\s\"'?]{1,200}\?[^\s\"'?]{0,200}?(?i:secret)=[A-Za-z2-7]{16,}"
)
_PRIVATE_KEY: Final = r"-----BEGIN [A-Z ]*PRIVATE KEY"
_BY_LOOKS: Final = (
    rf"\b(?:{_ISSUED})"
    # user:password@host, and :password@host where there is no user
    rf"|://[^/\s:@]*:{_LATER}[^/\s:@]+@"
    rf"|{_WEBHOOK}|{_IN_CONNECTION}"
)
LOOKS_SECRET: Final = re.compile(rf"{_BY_LOOKS}|{_PRIVATE_KEY}")
# The same with all of a key that is written out.
WHOLE_SECRET: Final = re.compile(
    rf"{_BY_LOOKS}|{_PRIVATE_KEY}.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL
)
_FORTY: Final = re.compile(r"[A-Za-z0-9/+]{40}")
_CLASSES: Final = (re.compile(r"[a-z]"), re.compile(r"[A-Z]"), re.compile(r"\d"))
_SIGNS: Final = re.compile(r"[a-z]+|[A-Z]+|\d+|[/+]+")
# Of forty signs that are drawn at random hardly ever fewer; words that are put together have fewer.
_LEAST_BITS: Final = 4.6
_LEAST_CHANGES: Final = 16


def looks_secret(value: str) -> bool:
    """Tell whether a value is a secret by how it looks: by its format, or drawn at random."""
    return LOOKS_SECRET.search(value) is not None or is_secret_access_key(value)


def is_secret_access_key(value: str) -> bool:
    """Tell whether a value is like the secret part of an access key of AWS."""
    if not _FORTY.fullmatch(value) or not all(kind.search(value) for kind in _CLASSES):
        return False
    shares = [count / len(value) for count in Counter(value).values()]
    bits = -sum(share * math.log2(share) for share in shares)
    return bits >= _LEAST_BITS and len(_SIGNS.findall(value)) > _LEAST_CHANGES


@lru_cache(maxsize=65_536)  # each resource's names, which come again with each of its findings
def as_name(text: str) -> str:
    """Give a name, an id or an ARN with a digest in place of each secret that it holds by format.

    The same name is the same again, and two that differ stay two, so that what goes by identity
    still does.
    """
    return WHOLE_SECRET.sub(_by_digest, text)


def _by_digest(found: re.Match[str]) -> str:
    kept = hashlib.sha256(found[0].encode(errors="surrogatepass")).hexdigest()[:8]
    return f"{HIDDEN[:-1]} {kept})"

"""Secrets that somebody may have put anywhere, drawn at random in the forms of their issuers."""

from __future__ import annotations

import base64
import random
import string
from collections.abc import Mapping
from typing import Final

_DRAWN = random.Random(12)
_LETTERS: Final = string.ascii_letters + string.digits
_UPPER: Final = string.ascii_uppercase + string.digits
_HEX: Final = "0123456789abcdef"
_DIGITS: Final = "123456789"


_ONES: Final[list[str]] = ["wJ4r/K7MDENGb2PxRf9CYz8aQ1LkT5eH3uVs6NXo"]


def _some(number: int, signs: str = _LETTERS) -> str:
    drawn = "".join(_DRAWN.choice(signs) for _ in range(number))
    if number >= 14:
        _ONES.append(drawn)
    return drawn


def _uuid() -> str:
    drawn = "-".join(_some(number, _HEX) for number in (8, 4, 4, 4, 12))
    _ONES.append(drawn)
    return drawn


def _encoded(text: str) -> str:
    made = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
    _ONES.append(made)
    return made


# What is a secret by its format, wherever it stands.
MARKED: Final[Mapping[str, str]] = {
    "aws access key": "AKIA" + _some(16, _UPPER),
    "aws session key": "ASIA" + _some(16, _UPPER),
    "bedrock": "ABSK" + _some(90),
    "github": "ghp_" + _some(36),
    "github fine-grained": f"github_pat_{_some(22)}_{_some(59)}",
    "github oauth": "gho_" + _some(36),
    "github server": "ghs_" + _some(36),
    "github refresh": "ghr_" + _some(36),
    "gitlab": "glpat-" + _some(20),
    "gitlab runner": "glrt-" + _some(20),
    "gitlab deploy": "gldt-" + _some(20),
    "slack bot": f"xoxb-{_some(12, _DIGITS)}-{_some(12, _DIGITS)}-{_some(24)}",
    "slack user": f"xoxp-{_some(12, _DIGITS)}-{_some(12, _DIGITS)}-{_some(32, _HEX)}",
    "slack app": f"xapp-1-A{_some(10, _UPPER)}-{_some(13, _DIGITS)}-{_some(64, _HEX)}",
    "stripe": "sk_live_" + _some(24),
    "stripe restricted": "rk_live_" + _some(24),
    "stripe webhook": "whsec_" + _some(32),
    "google key": "AIza" + _some(35),
    "google client": "GOCSPX-" + _some(28),
    "google access": "ya29." + _some(60),
    "sendgrid": f"SG.{_some(22)}.{_some(43)}",
    "mailgun": "key-" + _some(32, _HEX),
    "mailchimp": _some(32, _HEX) + "-us12",
    "npm": "npm_" + _some(36),
    "pypi": "pypi-AgEIcHlwaS5vcmc" + _some(70),
    "docker": "dckr_pat_" + _some(27),
    "rubygems": "rubygems_" + _some(48, _HEX),
    "openai": "sk-proj-" + _some(48),
    "openai, older": f"sk-{_some(20)}T3BlbkFJ{_some(20)}",
    "anthropic": f"sk-ant-api03-{_some(93)}AA",
    "hugging face": "hf_" + _some(34),
    "replicate": "r8_" + _some(37),
    "groq": "gsk_" + _some(52),
    "shopify": "shpat_" + _some(32, _HEX),
    "square": "sq0atp-" + _some(22),
    "square access": "EAAA" + _some(60),
    "atlassian": "ATATT3xFfGF0" + _some(180),
    "new relic": "NRAK-" + _some(27, _UPPER),
    "new relic licence": _some(36, _HEX) + "NRAL",
    "grafana": f"glsa_{_some(32)}_{_some(8, _HEX)}",
    "grafana cloud": "glc_" + _some(60),
    "databricks": "dapi" + _some(32, _HEX),
    "digitalocean": "dop_v1_" + _some(64, _HEX),
    "vault": "hvs." + _some(90),
    "vault batch": "hvb." + _some(120),
    "terraform": f"{_some(14)}.atlasv1.{_some(64)}",
    "pulumi": "pul-" + _some(40, _HEX),
    "heroku": "HRKU-AA" + _some(58),
    "fly": "fo1_" + _some(43),
    "linear": "lin_api_" + _some(40),
    "notion": "ntn_" + _some(46),
    "notion, older": "secret_" + _some(43),
    "figma": "figd_" + _some(40),
    "postman": f"PMAK-{_some(24, _HEX)}-{_some(34, _HEX)}",
    "planetscale": "pscale_pw_" + _some(43),
    "supabase": "sbp_" + _some(40, _HEX),
    "doppler": "dp.pt." + _some(43),
    "sentry": "sntrys_" + _some(60),
    "sonarqube": "squ_" + _some(40, _HEX),
    "jfrog": "AKCp" + _some(69),
    "dynatrace": f"dt0c01.{_some(24, _UPPER)}.{_some(64, _UPPER)}",
    "telegram": f"{_some(10, _DIGITS)}:AA{_some(33)}",
    "telegram url": f"https://api.telegram.org/bot{_some(10, _DIGITS)}:AA{_some(33)}/sendMessage",
    "discord": f"M{_some(23)}.{_some(6)}.{_some(38)}",
    "entra": f"{_some(3)}8Q~{_some(34)}",
    "launchdarkly": "sdk-" + _uuid(),
    "age": "AGE-SECRET-KEY-1" + _some(58, _UPPER),
    "jwt": ".".join((_encoded('{"alg":"HS256","typ":"JWT"}'), _encoded('{"sub":"12345678"}'), "s"))
    + _some(43),
    "slack webhook": f"https://hooks.slack.com/services/T{_some(8)}/B{_some(8)}/{_some(24)}",
    "discord webhook": f"https://discord.com/api/webhooks/123456789012345678/{_some(68)}",
    "teams webhook": f"https://x.webhook.office.com/webhookb2/{_uuid()}@{_uuid()}/IncomingWebhook/"
    f"{_some(32, _HEX)}/{_uuid()}",
    "postgres": f"postgres://app:{_some(18)}@db.example.com:5432/x",
    "redis": f"redis://:{_some(20)}@cache:6379/0",
    "git": f"https://user:{_some(20)}@git.example.com/r.git",
    "azure storage": f"DefaultEndpointsProtocol=https;AccountName=x;AccountKey={_some(86)}==",
    "azure signature": f"https://x.blob.core.windows.net/c?sv=2022-11-02&sig={_some(43)}%3D",
    "s3 signature": f"https://b.s3.amazonaws.com/k?X-Amz-Signature={_some(64, _HEX)}",
    "pem": "-----BEGIN RSA PRIVATE KEY-----\n"
    + "\n".join(_some(64) for _ in range(8))
    + "\n-----END RSA PRIVATE KEY-----",
    "one-time": "otpauth://totp/x?secret=" + _some(32, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
}
# What says what it is by the words around it: in names it is not looked for.
SAID: Final[Mapping[str, str]] = {
    "aws secret key": "wJ4r/K7MDENGb2PxRf9CYz8aQ1LkT5eH3uVs6NXo",
    "bearer": "Authorization: Bearer " + _some(40),
    "basic": "Authorization: Basic " + _encoded("user:" + _some(16)),
    "bearer alone": "curl -H 'x: Bearer " + _some(30) + "7'",
    "curl": f"curl -u admin:{_some(14)} https://x",
    "password option": "mysql --password=" + _some(14),
    "password option apart": "tool --db-password " + _some(14),
    "sshpass": f"sshpass -p {_some(14)} ssh h",
    "mysql": f"mysql -u root -p{_some(14)} shop",
    "sqlcmd": "sqlcmd -S h -U sa -P " + _some(15),
    "environment": "export PGPASSWORD=" + _some(15),
    "connection string": f"Server=db;User Id=sa;Password={_some(15)};",
    "json": '{"db":{"password":"' + _some(16) + '"}}',
    "dsn": f"https://{_some(32, _HEX)}@o1.ingest.sentry.io/{_some(6, _DIGITS)}",
    "query": "https://example.org/hook?code=" + _some(20),
    "base64": _encoded("password=" + _some(16)),
}
# What nothing tells from an id: only where anything may stand it is not kept.
BARE: Final[Mapping[str, str]] = {
    "hex": _some(32, _HEX),
    "longer hex": _some(40, _HEX),
    "letters": "00" + _some(30, string.ascii_lowercase),
}


def pieces(text: str) -> list[str]:
    """Give what of a planted text must be read nowhere: each piece that was drawn at random."""
    return [word for word in _ONES if word in text]

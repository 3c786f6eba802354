"""How a notice gets there: tried again where that may help, and never told with its address.

The address of a webhook is a secret: it stands in a variable, and no sentence of ours repeats it.
"""

from __future__ import annotations

import base64
import http.client
import json
import os
import smtplib
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parseaddr
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote_to_bytes, urlsplit

from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from stackproof.endpoints import is_loopback
from stackproof.error_codes import Code
from stackproof.errors import StackproofError
from stackproof.model.secrecy import HIDDEN
from stackproof.notifying import forms
from stackproof.redirects import NoRedirect
from stackproof.reports.texts import line
from stackproof.settings.nightly_form import Channel

if TYPE_CHECKING:
    from stackproof.notifying.notice import Notice

_ATTEMPTS: Final = 4
_SECONDS: Final = 10.0
# Busy, or broken for a moment; any other answer is the same one the next time.
_AGAIN: Final = (408, 425, 429, 500, 502, 503, 504)
_FORMS: Final[Mapping[str, Callable[[Notice], dict[str, Any]]]] = {
    "slack": forms.as_slack,
    "teams": forms.as_teams,
    "webhook": forms.as_webhook,
}


class NotifyError(StackproofError):
    """Raised when somebody can't be told; says who and why, and not where they are."""

    code = Code.NOTIFY


class _Busy(NotifyError):
    """Raised when whoever was asked may answer the next time."""


def send(notice: Notice, channel: Channel, wait: float = 1.0, seconds: float = _SECONDS) -> None:
    """Send a notice; raise NotifyError when it doesn't get there.

    Each of four attempts has some `seconds`; the first pause has `wait` seconds, each other one
    twice as many as that before it.
    """
    tries = Retrying(
        stop=stop_after_attempt(_ATTEMPTS),
        wait=wait_exponential(wait, max=_SECONDS),
        retry=retry_if_exception_type(_Busy),
        reraise=True,
    )
    try:
        tries(_ways()[channel.to], notice, channel, seconds)
    except _Busy as error:
        raise NotifyError(f"{channel.called}: {error}, {_ATTEMPTS} times") from None


def _ways() -> Mapping[str, Callable[[Notice, Channel, float], None]]:
    return {**dict.fromkeys(_FORMS, _post), "email": _mail, "sns": _publish}


def _post(notice: Notice, channel: Channel, seconds: float) -> None:
    url = _secret(channel, channel.url_variable or "")
    try:
        parts = urlsplit(url)
    except ValueError:  # a bracket that nobody closes
        raise NotifyError(f"{channel.called}: its address is none") from None
    scheme = parts.scheme
    if scheme != "https" and not is_loopback(url):
        raise NotifyError(f"{channel.called}: its address must begin with https://")
    body = json.dumps(_FORMS[channel.to](notice)).encode()
    headers = {"Content-Type": "application/json"}
    user, at, host = parts.netloc.rpartition("@")
    if at:
        # urllib would take all of it for a host's name, and ask a resolver for it.
        login = base64.b64encode(unquote_to_bytes(user)).decode()
        headers["Authorization"] = f"Basic {login}"
    bare = parts._replace(netloc=host).geturl()
    request = urllib.request.Request(bare, body, headers)
    try:
        with urllib.request.build_opener(NoRedirect).open(request, timeout=seconds) as answer:
            answer.read(1)
    except urllib.error.HTTPError as error:
        status = f"answered {error.code}{_body(error, url)}"
        if error.code in _AGAIN:
            raise _Busy(status) from None
        raise NotifyError(f"{channel.called}: {status}") from None
    except TimeoutError:
        raise _Busy(f"did not answer within {seconds:g} s") from None
    except urllib.error.URLError as error:
        raise _Busy(_why(error.reason)) from None
    except (OSError, http.client.HTTPException) as error:
        raise _Busy(_why(error)) from None
    except ValueError:
        raise NotifyError(f"{channel.called}: its address is none") from None


def _mail(notice: Notice, channel: Channel, seconds: float) -> None:
    subject, text, page = forms.as_email(notice)
    message = EmailMessage()
    message["Subject"], message["From"] = subject, channel.sender
    message["To"] = ", ".join(channel.recipients)
    # RFC 5322, "Identification Fields": a mail that is sent again is the same one.
    message["Date"] = datetime.now(UTC)
    domain = parseaddr(channel.sender or "")[1].rpartition("@")[2]
    message["Message-ID"] = f"<{sha256(repr(notice).encode()).hexdigest()[:32]}@{domain}>"
    message.set_content(text)
    message.add_alternative(page, subtype="html")
    host, _, port = (channel.server or "").rpartition(":")
    try:
        with smtplib.SMTP(host, int(port), timeout=seconds) as server:
            if not is_loopback(f"smtp://{host}"):
                server.starttls(context=ssl.create_default_context())
            if channel.user and channel.password_variable:
                server.login(channel.user, _secret(channel, channel.password_variable))
            server.send_message(message)
    except smtplib.SMTPResponseException as error:
        status = f"answered {error.smtp_code}"
        if 400 <= error.smtp_code < 500:
            raise _Busy(status) from None
        raise NotifyError(f"{channel.called}: {status}") from None
    except smtplib.SMTPException as error:
        raise NotifyError(f"{channel.called}: {type(error).__name__}") from None
    except OSError as error:
        raise _Busy(_why(error)) from None


def _publish(notice: Notice, channel: Channel, seconds: float) -> None:
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    from stackproof.sights.arns import region_of
    from stackproof.sights.live.watching import watch

    subject, message = forms.as_sns(notice)
    config = Config(
        connect_timeout=seconds, read_timeout=seconds, retries={"total_max_attempts": 1}
    )
    region = region_of(channel.topic)
    try:
        session = boto3.Session(profile_name=channel.aws_profile, region_name=region)
        client: Any = session.client("sns", config=config)
        watch(client, "sns")
        client.publish(TopicArn=channel.topic, Subject=subject, Message=message)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if error.response["ResponseMetadata"].get("HTTPStatusCode") in _AGAIN:
            raise _Busy(f"answered {code}") from None
        raise NotifyError(f"{channel.called}: answered {code}") from None
    except BotoCoreError as error:
        raise _Busy(type(error).__name__) from None


def _secret(channel: Channel, variable: str) -> str:
    held = os.environ.get(variable, "").strip()
    if not held:
        raise NotifyError(f"{channel.called}: the variable {variable} holds nothing")
    return held


def _body(error: urllib.error.HTTPError, url: str) -> str:
    """Give how an answer begins, without the address that it may repeat."""
    try:
        text = error.read(200).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException):
        return ""
    parts = urlsplit(url)
    login = parts.netloc.rpartition("@")[0]
    for secret in (url, login, login.partition(":")[2], parts.path, *parts.path.split("/")):
        if len(secret) >= 4:
            text = text.replace(secret, HIDDEN)
    return f" ({line(text)})" if text.strip() else ""


def _why(error: object) -> str:
    """Say why there was no answer, in words that hold no address."""
    if isinstance(error, TimeoutError):
        return "did not answer in time"
    if isinstance(error, OSError) and error.strerror:
        return f"could not be reached ({line(error.strerror)})"
    return f"could not be reached ({type(error).__name__})"

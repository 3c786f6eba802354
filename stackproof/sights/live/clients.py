"""Clients: boto3 clients of one run, which send nothing but what is declared and are counted."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import urlsplit

import botocore
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError
from botocore.hooks import EventAliaser, HierarchicalEmitter
from botocore.utils import EVENT_ALIASES

from stackproof import progress
from stackproof.endpoints import told
from stackproof.error_codes import Code
from stackproof.sights.live import bodies, credentials
from stackproof.sights.live.codes import LiveError
from stackproof.sights.live.errors import SpoiltError, UnreachableError
from stackproof.sights.live.pace import pace_of_process
from stackproof.sights.live.urls import bare, public
from stackproof.sights.live.watching import watch
from stackproof.types.models import loader_of

if TYPE_CHECKING:
    import boto3

# boto3's, of a caller; ours is botocore's, for boto3 loads what transfers files of S3 as well.
Session: TypeAlias = "boto3.Session | botocore.session.Session"

# Who is asking is the first question: an endpoint that is dead is told within 20 seconds.
_FIRST = "sts"
_PATIENCE = {_FIRST: (3, 4, 3)}
_OF_S3_CONTROL = "AWS_ENDPOINT_URL_S3_CONTROL"
_USUAL = (5, 30, 6)  # seconds to connect, seconds to read, attempts
# botocore would put its own together anew, twice for each request, of a dozen parts and letter by
# letter: a seventh of what a request costs.
_USER_AGENT = f"stackproof Botocore/{botocore.__version__}"


# What says where a session finds its settings: another answer is another session.
_WHENCE = ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_PROFILE", "AWS_DATA_PATH")


def _whence() -> tuple[str | None, ...]:
    return tuple(map(os.environ.get, _WHENCE))


class _Events(EventAliaser):
    """botocore's events, of which only those that may have another name are looked up.

    botocore takes each name apart for each of a hundred aliases, ten times in a call.
    """

    _parts: Final = frozenset(old for old in EVENT_ALIASES if "." not in old)
    _dotted: Final = tuple(old for old in EVENT_ALIASES if "." in old)

    def _alias_event_name(self, event_name: str) -> str:
        may_be = not self._parts.isdisjoint(event_name.split("."))
        if may_be or any(old in event_name for old in self._dotted):
            return str(super()._alias_event_name(event_name))  # type: ignore[misc]
        return event_name


@cache
def _session(
    profile: str | None, allowed: frozenset[tuple[str, str]], whence: tuple[str | None, ...]
) -> botocore.session.Session:
    # A session keeps the service models it has parsed, which is most of what a client costs.
    handlers = HierarchicalEmitter()
    core = botocore.session.Session(profile=profile, event_hooks=handlers)
    core.register_component("event_emitter", _Events(handlers))
    return _with_used_models(core, allowed)


def _with_used_models(
    core: botocore.session.Session, allowed: frozenset[tuple[str, str]]
) -> botocore.session.Session:
    core.register_component("data_loader", loader_of(core, allowed))
    return core


def _endpoint(given: str | None) -> str | None:
    """Give the URL that everything is sent to, `None` for AWS's own.

    Raises LiveError for one that no request can be sent to.
    """
    ignored = os.environ.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").lower() == "true"
    url = given or (None if ignored else os.environ.get("AWS_ENDPOINT_URL")) or None
    if url is None:
        return None
    if not _is_server(url):
        raise LiveError(
            f"the endpoint {bare(url)!r} is not the URL of a server; set AWS_ENDPOINT_URL to one "
            "like http://127.0.0.1:5000, or unset it",
            Code.ENDPOINT,
        )
    return url


def _is_server(url: str) -> bool:
    try:
        split = urlsplit(url)
        good = split.scheme in ("http", "https") and bool(split.hostname) and split.port != 0
    except ValueError:
        return False
    # botocore would take a query for a part of the path and blame the region.
    return good and not any(letter.isspace() or letter in "?#" for letter in url)


class Clients:
    """The clients of one run, one for each service and region.

    Only declared operations can be sent, so verification cannot write: an operation that is
    not in `allowed` is refused before it is sent. A host that could not be reached in all
    attempts of one question is not tried again. `profile` is one of the AWS configuration files.
    Raises LiveError for credentials or settings that cannot be used.
    """

    def __init__(
        self,
        allowed: frozenset[tuple[str, str]],
        endpoint: str | None = None,
        session: Session | None = None,
        profile: str | None = None,
    ) -> None:
        self.calls: Counter[str] = Counter()
        self._given = endpoint
        self._url = _endpoint(endpoint)
        self._endpoints: dict[str, str] = {}
        self._allowed = allowed
        try:
            asks: Any = session or _session(profile, allowed, _whence())
            own = isinstance(asks, botocore.session.Session)
            self._session: Any = _with_used_models(asks, allowed) if own and session else asks
        except BotoCoreError as error:
            raise credentials.refusal(error) from None
        self._create = asks.create_client if own else asks.client
        self._clients: dict[tuple[str, str], Any] = {}
        self._lock = threading.Lock()
        self._dead: set[str] = set()
        self._sending = threading.local()

    def client(self, service: str, region: str) -> Any:
        """Give the guarded client of a service in a region."""
        with self._lock:
            credentials.resolve(self._session)
            found = self._clients.get((service, region))
            if found is None:
                found = self._clients[service, region] = self._made(service, region)
            return found

    @property
    def endpoint(self) -> str | None:
        """Say who is asked, as it may be shown to anybody; `None` where it is AWS alone.

        Before anything was asked that is what is configured for everything.
        """
        with self._lock:
            return told(self._endpoints) if self._endpoints else self._url and bare(self._url)

    @property
    def region(self) -> str | None:
        """The region that environment or profile choose, `None` where neither does.

        Other SDKs and the AWS CLI read AWS_REGION, boto3 the older variable only. AWS SDKs and
        Tools Reference Guide, "AWS Region".
        """
        chosen = os.environ.get("AWS_REGION")
        if not chosen and isinstance(self._session, botocore.session.Session):
            chosen = self._session.get_config_variable("region")
        elif not chosen:
            chosen = self._session.region_name
        return str(chosen) if chosen else None

    def unreachable(self) -> None:
        """Learn that the host that this thread sent to last could not be reached."""
        host = getattr(self._sending, "host", None)
        if host is not None:
            self._dead.add(host)

    def _made(self, service: str, region: str) -> Any:
        try:
            made = self._create(
                service,
                region_name=region,
                endpoint_url=self._reached(service),
                config=_config(service),
            )
        except BotoCoreError:
            raise
        except ValueError as error:
            raise LiveError(
                f"the settings for {service} cannot be used: {public(_named(str(error)))}",
                Code.ENDPOINT,
            ) from None
        # Environment and configuration may have an endpoint for a service of its own.
        if not _is_server(made.meta.endpoint_url):
            raise LiveError(
                f"the endpoint {bare(made.meta.endpoint_url)!r} of {service} is not the URL of a "
                "server; set it to one like http://127.0.0.1:5000, or unset it",
                Code.ENDPOINT,
            )
        self._endpoints[service] = bare(made.meta.endpoint_url)
        made.meta.events.register("before-call", self._guard(service))
        made.meta.events.register("before-send", self._sent(service))
        if (pace := pace_of_process()) is not None:
            made.meta.events.register("before-send", pace.wait)
        made.meta.events.register("before-parse", bodies.check)
        watch(made, service, region)
        return made

    def _reached(self, service: str) -> str | None:
        """Give the endpoint of a service, `None` where botocore is to find what is configured.

        S3 Control puts the account in front of the host, where one's own endpoint has no such
        name: in front of a user's name it hurts nobody.
        """
        if service != "s3control" or (self._given is None and _OF_S3_CONTROL in os.environ):
            return self._given
        return self._url and self._url.replace("://", "://account@", 1)

    def _guard(self, service: str) -> Callable[..., None]:
        def refuse(model: Any, **_: Any) -> None:
            if (service, model.name) in self._allowed:
                return
            if (service, model.name) == ("s3", "HeadBucket"):
                # botocore asks so when S3 sends it to another region and doesn't say to which.
                raise SpoiltError("was sent on to another region that the answer doesn't name")
            raise LiveError(
                f"{service}:{model.name} was refused before it was sent: verification is "
                "read-only and no reader declares it",
                Code.NOT_READING,
            )

        return refuse

    def _sent(self, service: str) -> Callable[..., None]:
        def count(request: Any, **_: Any) -> None:
            host = self._sending.host = urlsplit(request.url).netloc.rpartition("@")[2]
            if host in self._dead:
                raise UnreachableError(f"{host} could not be reached before")
            with self._lock:
                self.calls[service] += 1
                progress.SHOWN.calls += 1

        return count


def _named(reason: str) -> str:
    """Give why a setting is no good, with the variables that say it: botocore quotes it alone."""
    _, _, quoted = reason.partition("invalid literal for int() with base 10: ")
    if not quoted:
        return reason
    named = [n for n, value in os.environ.items() if n.startswith("AWS_") and repr(value) == quoted]
    where = " or ".join(sorted(named)) or "a setting of the AWS configuration file"
    return f"{where} is {quoted}, which is no whole number"


def _config(service: str) -> Config:
    connect, read, attempts = _PATIENCE.get(service, _USUAL)
    retries: Any = {"mode": "adaptive"}
    if "AWS_MAX_ATTEMPTS" not in os.environ:
        retries["total_max_attempts"] = attempts
    return Config(
        retries=retries,
        connect_timeout=connect,
        read_timeout=read,
        max_pool_connections=64,
        user_agent=_USER_AGENT,
    )

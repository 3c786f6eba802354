"""Spoiling: what a proxy, a broken connection or an odd endpoint makes of a good answer."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import botocore.session
from botocore.exceptions import DataNotFoundError
from botocore.model import ServiceModel

from stackproof.sights.live.ask import Ask
from tests.integration.verify.recording import Raw

PAGE = "<!DOCTYPE html><html><head><title>Log in</title></head><body>Welcome</body></html>"
XHTML = f'<?xml version="1.0"?>\n{PAGE.removeprefix("<!DOCTYPE html>")}'
OTHER = {
    "json": json.dumps({"Account": "123456789012", "Arn": "arn:aws:iam::123456789012:user/x"}),
    "xml": '<GetSessionTokenResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"/>',
}


def spoilt(raw: Raw, ask: Ask) -> Iterator[tuple[str, Iterable[Raw]]]:
    """Give a good answer spoilt in every way, by name: what comes instead of it, page by page."""
    xml = raw.body.lstrip().startswith(b"<")
    yield "cut in half", [raw.with_body(raw.body[: len(raw.body) // 2])]
    yield "a page of HTML", [raw.with_body(PAGE)]
    yield "a page of XHTML", [raw.with_body(XHTML)]
    yield "nothing", [raw.with_body("")]
    for word in ("{}", "[]", '"ok"', "null", '{"message": "ok"}'):
        yield word, [raw.with_body(word)]
    yield "another operation's", [raw.with_body(OTHER["xml" if xml else "json"])]
    yield "a redirect", [Raw(302, {"location": "https://proxy.invalid/"}, PAGE.encode())]
    if xml:
        root = _root(raw)
        yield "an empty root", [raw.with_body(f"<{root}/>")]
    if _announcers(ask)[0]:
        first = announcing(raw, ask, "one")
        yield "a second page of HTML", [first, raw.with_body(PAGE)]
        yield "a second page cut in half", [first, raw.with_body(raw.body[: len(raw.body) // 2])]
        yield "a second page of nothing", [first, raw.with_body("")]
        yield "the same page again and again", itertools.repeat(first)
        pages = [announcing(raw, ask, name) for name in ("one", "two")]
        yield "two pages in turn", itertools.cycle(pages)


@cache
def _models(service: str) -> tuple[ServiceModel, Mapping[str, Any]]:
    loader = botocore.session.get_session().get_component("data_loader")
    model = ServiceModel(loader.load_service_model(service, "service-2"), service)
    try:
        paging = loader.load_service_model(service, "paginators-1")["pagination"]
    except DataNotFoundError:
        paging = {}
    return model, paging


def _announcers(ask: Ask) -> tuple[list[str], str]:
    """Give the members that announce a further page, and the one that says that there is one."""
    model, paging = _models(ask.service)
    shape = model.operation_model(ask.operation).output_shape
    if ask.operation not in paging:
        return [m for m in ("NextMarker",) if shape is not None and m in shape.members], ""
    tokens = paging[ask.operation]["output_token"]
    tokens = [tokens] if isinstance(tokens, str) else tokens
    names = [name.strip().split(".")[-1] for token in tokens for name in token.split("||")]
    return names, paging[ask.operation].get("more_results", "").split(".")[-1]


def announcing(raw: Raw, ask: Ask, token: str) -> Raw:
    """Give an answer that announces a further page."""
    names, more = _announcers(ask)
    added = {_written(ask, name): token for name in names}
    if not raw.body.lstrip().startswith(b"<"):
        body = {**json.loads(raw.body), **added, **({_written(ask, more): True} if more else {})}
        return raw.with_body(json.dumps(body))
    added |= {more: "true"} if more else {}
    text = raw.body.decode()
    for name in added:
        text = re.sub(rf"<{name}>[^<]*</{name}>|<{name} ?/>", "", text)
    result = f"<{ask.operation}Result>"
    start = result if result in text else r"<[A-Za-z][^>?]*>"
    inserted = "".join(f"<{name}>{value}</{name}>" for name, value in added.items())
    return raw.with_body(re.sub(start, lambda found: found[0] + inserted, text, count=1))


def _written(ask: Ask, member: str) -> str:
    """Give the name by which a member is written."""
    shape = _models(ask.service)[0].operation_model(ask.operation).output_shape
    inner = None if shape is None else shape.members.get(member)
    return member if inner is None else str(inner.serialization.get("name", member))


def _root(raw: Raw) -> str:
    found = re.search(r"<([A-Za-z]\w*)", raw.body.decode())
    assert found is not None
    return found[1]

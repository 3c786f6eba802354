"""Redirects lead clients to hosts of one's own, and not back to plain text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final

from stackproof.controls.registry import control
from stackproof.controls.support.checks import each
from stackproof.model import (
    Block,
    Category,
    Cause,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    Unknown,
    worst,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Remove, With, Without
from stackproof.model.parameter import Texts
from stackproof.reasoning.dns_names import plain
from stackproof.types.tokens import (
    ACM_CERTIFICATE,
    LB_LISTENER,
    LB_LISTENER_RULE,
    ROUTE53_ZONE,
)

Hosts = Annotated[tuple[str, ...], Texts("names of hosts or their domains")]
_REDIRECT: Final = "actions.0.redirect"
# What the client asked for. Source: Elastic Load Balancing, "Redirect actions", URI components.
_SAME: Final = "#{host}"


def _certificate(*names: str) -> With:
    told = {"domain_name": names[0], "subject_alternative_names": [*names[1:]]}
    return With(Neighbour("certificate", ACM_CERTIFICATE, told))


@control(
    "listener-redirects-to-known-hosts",
    title="Listeners redirect to hosts of the stack's domains, and never to plain text",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    types=(LB_LISTENER, LB_LISTENER_RULE),
    needs=(ACM_CERTIFICATE, ROUTE53_ZONE),
    frameworks={Framework.NIST: ("AC-4", "SC-8")},
    cases=Cases(
        passing=Given(
            LB_LISTENER_RULE,
            {
                "actions": [
                    {
                        "type": "redirect",
                        "redirect": {
                            "host": "www.example.com",
                            "protocol": "HTTPS",
                            "status_code": "HTTP_301",
                        },
                    }
                ]
            },
            (Neighbour("zone", ROUTE53_ZONE, {"name": "example.com"}),),
        ),
        failing=(
            Change(f"{_REDIRECT}.host", "evil.example.net"),
            Change(f"{_REDIRECT}.host", "notexample.com"),
            Change(f"{_REDIRECT}.host", "evil-#{host}"),
            Change(f"{_REDIRECT}.host", "#{host}.example.net"),
            Change(f"{_REDIRECT}.protocol", "HTTP"),
            (Without("zone"), _certificate("shop.example.org")),
        ),
        unknown=(Hide(f"{_REDIRECT}.host"), Hide("actions"), Hide("name", of="zone")),
        absent=(Without("zone"),),
        also_passing=(
            Remove(f"{_REDIRECT}.host"),
            Change(f"{_REDIRECT}.host", "#{host}"),
            Change(f"{_REDIRECT}.host", "www.#{host}"),
            Change(f"{_REDIRECT}.host", "EXAMPLE.com"),
            Change(f"{_REDIRECT}.protocol", "#{protocol}"),
            Remove(f"{_REDIRECT}.protocol"),
            (Without("zone"), _certificate("shop.example.com")),
            (Without("zone"), _certificate("other.example.org", "*.example.com")),
        ),
        not_applicable=(Change("actions.0.type", "forward"),),
    ),
)
def redirects_to_known_hosts(rule: Resource, stack: Stack, *, hosts: Hosts = ()) -> Outcome:
    """Whoever may change one rule sends all clients to a page that looks like the real one.

    Known are the domains of the stack's zones and certificates, and `hosts`.
    """
    actions = [*rule.elements("actions"), *rule.elements("default_actions")]

    def judge(action: Block) -> Outcome:
        if action["type"] != "redirect":
            return NotApplicable("redirects nobody")
        return each(
            action.elements("redirect"),
            lambda redirect: worst(_kept_secret(redirect), _known(redirect, hosts, stack)),
        )

    return each(actions, judge)


def _kept_secret(redirect: Block) -> Outcome:
    if redirect["protocol"] != "HTTP":
        return Pass()
    return Fail(redirect.at("protocol"), "HTTPS", "HTTP", "Redirect to HTTPS.")


def _known(redirect: Block, hosts: tuple[str, ...], stack: Stack) -> Outcome:
    host = str(redirect["host"] or _SAME).lower()
    if host == _SAME or (host.endswith(f".{_SAME}") and "#" not in host[: -len(_SAME)]):
        return Pass()
    if any(_is_of_domain(host, domain.lower()) for domain in hosts):
        return Pass()
    domains = [*_domains(stack)]
    if any(isinstance(domain, str) and _is_of_domain(host, domain) for domain in domains):
        return Pass()
    hidden = next((domain for domain in domains if isinstance(domain, Unknown)), None)
    if hidden is not None:
        return hidden
    if not domains:
        return Unknown(Cause.NOT_IN_STACK, redirect.at("host"), f"whose host {host} is")
    return Fail(
        redirect.at("host"),
        f"a host in {', '.join(sorted({str(d) for d in domains}))}, or one that is listed",
        host,
        "Redirect to a host of yours, or list the host in the parameter `hosts`.",
    )


def _is_of_domain(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


def _domains(stack: Stack) -> Iterator[str | Unknown]:
    """Give the domains that the stack has a say in, an Unknown for one that is not known."""
    for zone in stack.around(ROUTE53_ZONE):
        yield _name(zone, "name", zone.raw("name"))
    for certificate in stack.around(ACM_CERTIFICATE):
        others = certificate.raw("subject_alternative_names") or ()
        values = others if isinstance(others, (list, tuple)) else (others,)
        for value in (certificate.raw("domain_name"), *values):
            name = _name(certificate, "domain_name", value)
            yield name if isinstance(name, Unknown) else _above(name)


def _name(holder: Resource, path: str, value: object) -> str | Unknown:
    return value.at(f"{holder.name}.{path}") if isinstance(value, Unknown) else plain(str(value))


def _above(name: str) -> str:
    """Give the domain of a certificate's host, whose others are its owner's as well."""
    parent = name.partition(".")[2]
    labels = parent.split(".")
    # In co.uk and com.au everybody has a domain.
    shared = len(labels) < 2 or (len(labels) == 2 and len(labels[0]) < 4 and len(labels[1]) == 2)
    return name if shared else parent

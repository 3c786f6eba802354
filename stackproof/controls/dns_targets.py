"""DNS names: they lead to something that is there, and who serves a name is found by it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from stackproof.controls.registry import control
from stackproof.controls.support.checks import attempt, each
from stackproof.model import (
    Category,
    Cause,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Sight,
    Stack,
    Unknown,
    UnresolvedError,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, With, Without
from stackproof.reasoning.addresses import is_nobodys, network
from stackproof.reasoning.dns_names import (
    LED_TO,
    answerer,
    full_name,
    names,
    namesake,
    plain,
    zone_of,
)
from stackproof.types.tokens import (
    ACM_CERTIFICATE,
    ACM_CERTIFICATE_VALIDATION,
    API_DOMAIN,
    API_DOMAIN_V1,
    CLOUDFRONT_DISTRIBUTION,
    LB,
    LB_LISTENER,
    ROUTE53_RECORD,
    ROUTE53_ZONE,
    S3_BUCKET,
)

_NAME: Final = "shop.example.com"
_HOST: Final = "shop-1234567890.us-east-1.elb.amazonaws.com"
_ZONE: Final = "Z0123456789ABCDEFGHIJ"
_RECORD: Final[dict[str, Any]] = {
    "name": _NAME,
    "fqdn": _NAME,
    "type": "A",
    "zone_id": _ZONE,
    "aliases": [{"name": _HOST, "zone_id": "Z35SXDOTRQ7X7K", "evaluate_target_health": True}],
}


def _alias(name: str) -> Change:
    return Change("aliases.0.name", name)


def _values(kind: str, *values: str) -> tuple[Change, ...]:
    return Change("aliases", []), Change("type", kind), Change("records", list(values))


def _with(name: str, type_: str, /, **facts: Any) -> With:
    return With(Neighbour(name, type_, facts))


_CDN: Final = "d111111abcdef8.cloudfront.net"
_API: Final = "d-abcdef1234.execute-api.us-east-1.amazonaws.com"


def _served(*aliases: str) -> With:
    return _with("cdn", CLOUDFRONT_DISTRIBUTION, domain_name=_CDN, aliases=list(aliases))


def _domain(name: str) -> With:
    domain = {"target_domain_name": _API}
    return _with("domain", API_DOMAIN, domain_name=name, domain_name_configuration=domain)


@control(
    "dns-record-leads-somewhere",
    title="DNS records lead to something that is there and answers to the name",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    types=ROUTE53_RECORD,
    needs=(*LED_TO, ROUTE53_ZONE),
    frameworks={Framework.NIST: ("CM-8", "SC-20")},
    cases=Cases(
        passing=Given(
            ROUTE53_RECORD,
            _RECORD,
            (
                Neighbour(
                    "shop",
                    LB,
                    {"name": "shop", "dns_name": "Shop-1234567890.us-east-1.elb.amazonaws.com"},
                ),
            ),
        ),
        failing=(
            _alias("shop-99.us-east-1.elb.amazonaws.com"),
            (_alias(_CDN), _served()),
            (_alias(_CDN), _served("www.example.com", "*.shop.example.com")),
            (_alias(_API), _domain("api.example.com")),
            _values("A", "198.51.100.7"),
            _values("A", "10.0.0.1", "192.0.2.1"),
            _values("AAAA", "2001:db8::1"),
            _values("CNAME", "shop-99.us-east-1.elb.amazonaws.com"),
        ),
        unknown=(
            Hide("aliases"),
            Hide("aliases.0.name"),
            _alias("other-1.us-east-1.elb.amazonaws.com"),
            _alias("shop-99.eu-west-1.elb.amazonaws.com"),
            _alias("s3-website-us-east-1.amazonaws.com"),
            (_alias(_CDN), _served(), Hide("aliases", of="cdn")),
        ),
        absent=(Without("shop"),),
        also_passing=(
            _alias(f"dualstack.{_HOST}."),
            (_alias(_CDN), _served(_NAME)),
            (_alias(_CDN), _served("*.example.com")),
            (_alias(_API), _domain(_NAME.upper())),
            (
                _alias("s3-website-us-east-1.amazonaws.com"),
                _with("site", S3_BUCKET, bucket=_NAME),
            ),
            _values("CNAME", _HOST),
        ),
        not_applicable=(
            _values("A", "52.0.0.7"),
            _values("CNAME", "shop.of-somebody-else.example"),
            _values("MX", "10 mail.example.com"),
            _alias("a1234567890abcdef.awsglobalaccelerator.com"),
        ),
    ),
)
def leads_somewhere(record: Resource, stack: Stack) -> Outcome:
    """A name that leads nowhere may be taken over by who gets what it leads to.

    A load balancer of this account that has the name of the one it leads to, and another host, is
    the one that came after it. What another stack or account may have is unknown. Sources: Amazon
    Route 53 Developer Guide, "Choosing between alias and non-alias records"; Amazon CloudFront
    Developer Guide, "Using custom URLs by adding alternate domain names"; RFC 5737 and 3849.
    """
    if record["type"] not in ("A", "AAAA", "CNAME"):
        return NotApplicable(f"a record of type {record['type']}")
    computed = [*computed_from(record, stack)]
    if computed:
        name = full_name(record, stack)
        return each(computed, lambda found: _answers_to(found, name))
    return each(hosts_of(record), partial(_is_there, record, stack))


def computed_from(record: Resource, stack: Stack) -> Iterator[Resource]:
    """Give what a program computes a record from; before deployment there is no host."""
    for urn in (*record.references.get("aliases", ()), *record.references.get("records", ())):
        for type_ in LED_TO:
            found = stack.find(urn, type_)
            if found is not None:
                yield found


def hosts_of(record: Resource) -> Iterator[str | Unknown]:
    """Give the hosts and addresses that a record leads to."""
    for alias in record.elements("aliases"):
        target = alias if isinstance(alias, Unknown) else alias.raw("name")
        yield target.at("aliases") if isinstance(target, Unknown) else str(target)
    for value in record.values("records"):
        yield str(value)


def _is_there(record: Resource, stack: Stack, host: str) -> Outcome:
    if record["type"] in ("A", "AAAA") and not record["aliases"]:
        return _is_somebodys(host)
    name = full_name(record, stack)
    own = [alias for alias in record.blocks("aliases") if alias.raw("zone_id") == record["zone_id"]]
    if own:
        return _is_in_zone(host, stack)
    try:
        found = answerer(host, name, stack)
    except UnresolvedError:
        after = namesake(host, stack)
        if after is None:
            raise
        fix = "Name the load balancer's own dns_name."
        return Fail("aliases", f"the host of {after.name}", host, fix)
    if found is None:
        return NotApplicable("led to what nobody here can see")
    if any(found is foreign for foreign in stack.foreign):
        why = f"{found.name} is another stack's, and whether it is to answer is not known here"
        raise UnresolvedError(Unknown(Cause.NOT_IN_STACK, "aliases", why))
    return _answers_to(found, name)


def _is_somebodys(address: str) -> Outcome:
    if is_nobodys(network(address)):
        fix = "Name the address of what serves the name, or remove the record."
        return Fail("records", "an address that somebody has", address, fix)
    return NotApplicable("whose an address is can't be told here")


def _is_in_zone(host: str, stack: Stack) -> Outcome:
    known = names(stack)
    if known.answering(host):
        return Pass()
    if known.hidden is not None:
        raise UnresolvedError(known.hidden)
    if stack.sight is not Sight.LIVE or zone_of(host, stack) is None:
        raise UnresolvedError(Unknown(Cause.NOT_IN_STACK, "aliases", host))
    fix = "Make the record that it leads to, or remove this one."
    return Fail("aliases", "a record of the zone", host, fix)


def _answers_to(found: Resource, name: str) -> Outcome:
    """Pass when what is led to knows the name: CloudFront and API Gateway refuse others."""
    if found.type == CLOUDFRONT_DISTRIBUTION:
        answered, path = found.values("aliases"), "aliases"
    elif found.type in (API_DOMAIN, API_DOMAIN_V1):
        answered, path = found.values("domain_name"), "domain_name"
    else:
        return Pass()
    if any(covers(plain(str(san)), name) for san in answered):
        return Pass()
    fix = f"Add the name to {path} of {found.name}, with a certificate for it."
    return Fail("aliases", f"a name that {found.name} answers to", name, fix)


def covers(answered: str, name: str) -> bool:
    """Tell whether a name that something answers to, `*` at its beginning or none, is this one."""
    if answered.startswith("*."):
        return name.endswith(answered[1:])
    return answered == name or (name.startswith("*.") and answered.endswith(name[1:]))


@control(
    "public-name-found",
    title="Names that listeners, distributions and APIs serve are found in the stack's own zones",
    severity=Severity.HIGH,
    category=Category.HA,
    types=(LB_LISTENER, CLOUDFRONT_DISTRIBUTION, API_DOMAIN, API_DOMAIN_V1),
    needs=(ACM_CERTIFICATE, ACM_CERTIFICATE_VALIDATION, ROUTE53_RECORD, ROUTE53_ZONE),
    frameworks={Framework.NIST: ("CP-10", "SC-20")},
    cases=Cases(
        passing=Given(
            LB_LISTENER,
            {"protocol": "HTTPS", "port": 443, "certificate_arn": Ref("certificate", "arn")},
            (
                Neighbour(
                    "certificate",
                    ACM_CERTIFICATE,
                    {
                        "domain_name": _NAME,
                        "subject_alternative_names": [_NAME, "www.shop.example.com"],
                    },
                ),
                Neighbour(
                    "zone", ROUTE53_ZONE, {"name": "Example.com", "name_servers": ["ns-1.example"]}
                ),
                Neighbour("record", ROUTE53_RECORD, {**_RECORD, "zone_id": Ref("zone")}),
            ),
        ),
        failing=(
            Without("record"),
            Change("fqdn", "other.example.com", of="record"),
            Change("type", "TXT", of="record"),
            (
                Change("domain_name", "*.shop.example.com", of="certificate"),
                Remove("subject_alternative_names", of="certificate"),
                Change("fqdn", "_proof.shop.example.com", of="record"),
            ),
        ),
        unknown=(
            Hide("certificate_arn"),
            Hide("domain_name", of="certificate"),
            (Change("fqdn", "other.example.com", of="record"), Hide("type", of="record")),
            Hide("name", of="zone"),
        ),
        absent=(Without("certificate"),),
        also_passing=(
            Change("fqdn", "WWW.shop.example.com.", of="record"),
            Change("fqdn", "*.example.com", of="record"),
            (Remove("fqdn", of="record"), Change("name", "shop", of="record")),
            (
                Change("domain_name", "*.example.com", of="certificate"),
                Remove("subject_alternative_names", of="certificate"),
            ),
        ),
        not_applicable=(
            Remove("certificate_arn"),
            Without("zone"),
            Change("name", "example.org", of="zone"),
            Change("name_servers", [], of="zone"),
        ),
    ),
)
def name_found(served: Resource, stack: Stack) -> dict[str, Outcome]:
    """One of its names is enough: a certificate is often for more of them than are served.

    The facet is the first of the names. Before deployment another program may have the record.
    """
    called = [*_served_names(served, stack)]
    return {called[0] if called else "": attempt(_found, called, stack)}


def _served_names(served: Resource, stack: Stack) -> Iterator[str]:
    if served.type == CLOUDFRONT_DISTRIBUTION:
        yield from map(str, served.values("aliases"))
    elif served.type in (API_DOMAIN, API_DOMAIN_V1):
        yield from map(str, served.values("domain_name"))
    else:
        for certificate in certificates_of(served, stack):
            own = certificate.values("domain_name")
            others = certificate.values("subject_alternative_names")
            yield from dict.fromkeys(map(str, (*own, *others)))


def certificates_of(
    user: Resource, stack: Stack, path: str = "certificate_arn"
) -> tuple[Resource, ...]:
    """Give the certificate that a listener, or something else that serves by one, names."""
    try:
        return stack.follow(user, path, ACM_CERTIFICATE)
    except UnresolvedError:
        # A program waits for the certificate's validation, and takes its ARN from there.
        for urn in user.references.get(path.split(".", maxsplit=1)[0], ()):
            waited = stack.find(urn, ACM_CERTIFICATE_VALIDATION)
            if waited is not None:
                return stack.follow(waited, "certificate_arn", ACM_CERTIFICATE)
        raise


def _found(called: list[str], stack: Stack) -> Outcome:
    ours = [name for name in called if zone_of(name, stack) is not None]
    if not ours:
        return NotApplicable("no zone of this stack has its names")
    known = names(stack)
    if any(known.answering(name) for name in ours):
        return Pass()
    if known.hidden is not None:
        raise UnresolvedError(known.hidden)
    if stack.sight is not Sight.LIVE:
        raise UnresolvedError(Unknown(Cause.NOT_IN_STACK, detail=f"a record of {ours[0]}"))
    fix = "Add an aws.route53.Record of the name that leads to what serves it."
    return Fail("certificate_arn", f"a record of {' or '.join(ours)}", None, fix)

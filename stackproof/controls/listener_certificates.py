"""TLS listeners: the names that lead to them are in their certificates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from stackproof.controls.dns_targets import certificates_of, computed_from, covers, hosts_of
from stackproof.controls.registry import control
from stackproof.controls.support.checks import attempt
from stackproof.model import (
    Category,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    Unknown,
    UnresolvedError,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, With, Without
from stackproof.reasoning.dns_names import answerer, names, plain
from stackproof.reasoning.relations import referrers_or_unknown
from stackproof.types.tokens import (
    ACM_CERTIFICATE,
    ACM_CERTIFICATE_VALIDATION,
    LB,
    LB_LISTENER,
    LB_LISTENER_CERTIFICATE,
    ROUTE53_RECORD,
    ROUTE53_ZONE,
)

_HOST: Final = "shop-1.us-east-1.elb.amazonaws.com"
_MORE: Final = (
    With(
        Neighbour(
            "more",
            LB_LISTENER_CERTIFICATE,
            {"listener_arn": Ref("subject", "arn"), "certificate_arn": Ref("second", "arn")},
        )
    ),
    With(Neighbour("second", ACM_CERTIFICATE, {"domain_name": "shop.example.com"})),
)
_WRONG: Final = Change("domain_name", "old.example.org", of="certificate")


@control(
    "listener-certificate-covers-names",
    title="Names that lead to a TLS listener are in one of its certificates",
    severity=Severity.HIGH,
    category=Category.HA,
    types=LB_LISTENER,
    needs=(
        ACM_CERTIFICATE,
        ACM_CERTIFICATE_VALIDATION,
        LB,
        LB_LISTENER_CERTIFICATE,
        ROUTE53_RECORD,
        ROUTE53_ZONE,
    ),
    frameworks={Framework.NIST: ("CP-10", "SC-8")},
    in_part={Framework.PCI: ("4.2.1",)},
    cases=Cases(
        passing=Given(
            LB_LISTENER,
            {
                "protocol": "HTTPS",
                "load_balancer_arn": Ref("balancer", "arn"),
                "certificate_arn": Ref("certificate", "arn"),
            },
            (
                Neighbour("balancer", LB, {"name": "shop", "dns_name": _HOST}),
                Neighbour("certificate", ACM_CERTIFICATE, {"domain_name": "shop.example.com"}),
                Neighbour(
                    "record",
                    ROUTE53_RECORD,
                    {
                        "name": "shop.example.com",
                        "fqdn": "shop.example.com",
                        "type": "A",
                        "aliases": [{"name": _HOST, "zone_id": "Z35SXDOTRQ7X7K"}],
                    },
                ),
            ),
        ),
        failing=(_WRONG, Change("domain_name", "*.shop.example.com", of="certificate")),
        unknown=(
            Hide("certificate_arn"),
            Hide("domain_name", of="certificate"),
            Hide("load_balancer_arn"),
            (_WRONG, *_MORE, Hide("listener_arn", of="more")),
            (_WRONG, *_MORE, Hide("domain_name", of="second")),
        ),
        absent=(Without("certificate"),),
        also_passing=(
            Change("domain_name", "*.example.com", of="certificate"),
            (_WRONG, Change("subject_alternative_names", ["shop.example.com"], of="certificate")),
            (_WRONG, *_MORE),
        ),
        not_applicable=(
            Remove("certificate_arn"),
            Without("record"),
            Change("aliases.0.name", "other-1.us-east-1.elb.amazonaws.com", of="record"),
        ),
    ),
)
def certificate_covers_names(listener: Resource, stack: Stack) -> dict[str, Outcome]:
    """Browsers refuse to go on to one whose certificate is for another name.

    The facets are the names. Of a name in a zone that is not this stack's nothing is known.
    """
    if not listener["certificate_arn"] and not listener.references.get("certificate_arn"):
        return {"": NotApplicable("it has no certificate")}
    balancer = stack.follow_one(listener, "load_balancer_arn", LB)
    if balancer is None:
        return {"": NotApplicable("it belongs to no load balancer")}
    if balancer.unread is not None:
        raise UnresolvedError(balancer.unread)
    leading = _leading_to(balancer, stack)
    if not leading and (hidden := names(stack).hidden) is not None:
        raise UnresolvedError(hidden)
    if not leading:
        return {"": NotApplicable("no name of this stack leads to it")}
    return {name: attempt(_covered, name, listener, stack) for name in leading}


def _leading_to(balancer: Resource, stack: Stack) -> list[str]:
    known = names(stack)
    return [
        name
        for name, records in known.records.items()
        if any(_leads(record, name, balancer, stack) for record in records)
    ]


def _leads(record: Resource, name: str, balancer: Resource, stack: Stack) -> bool:
    computed = [*computed_from(record, stack)]
    if computed:
        return any(found is balancer for found in computed)
    return any(
        not isinstance(host, Unknown) and _answering(host, name, stack) is balancer
        for host in hosts_of(record)
    )


def _answering(host: str, name: str, stack: Stack) -> Resource | None:
    try:
        return answerer(host, name, stack)
    except UnresolvedError:
        return None  # something outside the stack


def _covered(name: str, listener: Resource, stack: Stack) -> Outcome:
    lost: Unknown | None = None
    seen: list[str] = []
    for covered in _names_of(listener, stack):
        if isinstance(covered, Unknown):
            lost = lost or covered
        elif covers(plain(covered), name):
            return Pass()
        else:
            seen.append(covered)
    if lost is not None:
        raise UnresolvedError(lost)
    fix = f"Give the listener a certificate for {name}."
    return Fail("certificate_arn", f"a certificate for {name}", seen, fix)


def _names_of(listener: Resource, stack: Stack) -> Iterator[str | Unknown]:
    """Give the names of all certificates of a listener, an Unknown for what can't be seen."""
    holders = [
        listener,
        *referrers_or_unknown(listener, stack, LB_LISTENER_CERTIFICATE, "listener_arn"),
    ]
    for holder in holders:
        if isinstance(holder, Unknown):
            yield holder
            continue
        try:
            for certificate in certificates_of(holder, stack):
                for path in ("domain_name", "subject_alternative_names"):
                    yield from map(str, certificate.values(path))
        except UnresolvedError as error:
            yield error.unknown

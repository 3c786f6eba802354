"""SES: who mail is sent as, and what is written in it."""

from __future__ import annotations

from stackproof.embedded.frame.plain import Call, Plain, table

_ARN = "arn:{partition}:ses:{region}:{account}:"
_TEMPLATE = {
    "html": "html_part",
    "name": "template_name",
    "subject": "subject_part",
    "text": "text_part",
}

table(
    Plain(
        type="aws:ses/emailIdentity:EmailIdentity",
        service="ses",
        create=Call("verify_email_identity", {"email": "email_address"}),
        id="{email}",
        composed={"arn": f"{_ARN}identity/{{email}}"},
        delete=Call("delete_identity", {"id": "identity"}),
        replace_on=frozenset({"email"}),
    ),
    Plain(
        type="aws:ses/domainIdentity:DomainIdentity",
        service="ses",
        create=Call("verify_domain_identity"),
        outputs={"verification_token": "VerificationToken"},
        id="{domain}",
        composed={"arn": f"{_ARN}identity/{{domain}}"},
        delete=Call("delete_identity", {"id": "identity"}),
        replace_on=frozenset({"domain"}),
    ),
    Plain(
        type="aws:ses/template:Template",
        service="ses",
        create=Call("create_template", _TEMPLATE, inside="Template"),
        update=Call("update_template", _TEMPLATE, inside="Template", whole=True),
        id="{name}",
        composed={"arn": f"{_ARN}template/{{name}}"},
        delete=Call("delete_template", {"id": "template_name"}),
        replace_on=frozenset({"name"}),
        auto_name="name",
        auto_name_limit=64,
    ),
)

"""SES: what is deleted twice."""

from __future__ import annotations

from stackproof.embedded.overlay.call import Call
from stackproof.embedded.overlay.registry import handles


@handles("ses", "DeleteIdentity")
def delete_identity(call: Call) -> None:
    """Delete an identity; AWS doesn't mind one that isn't there, where moto breaks.

    AWS: https://docs.aws.amazon.com/ses/latest/APIReference/API_DeleteIdentity.html
    """
    call.backend("ses").email_identities.pop(call.params["Identity"], None)


@handles("ses", "DeleteTemplate")
def delete_template(call: Call) -> None:
    """Delete a template; AWS doesn't mind one that isn't there, where moto breaks.

    AWS: https://docs.aws.amazon.com/ses/latest/APIReference/API_DeleteTemplate.html
    """
    call.backend("ses").templates.pop(call.params["TemplateName"], None)

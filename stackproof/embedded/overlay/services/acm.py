"""ACM: the key algorithm that was asked for."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.overlay.call import Call
from stackproof.embedded.overlay.registry import postprocesses


@postprocesses("acm", "RequestCertificate")
def request(call: Call, answer: dict[str, Any]) -> None:
    """Keep the key algorithm.

    AWS: https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html
    """
    if "KeyAlgorithm" in call.params:
        certificate = call.backend("acm").get_certificate(answer["CertificateArn"])
        certificate.stackproof_algorithm = call.params["KeyAlgorithm"]


@postprocesses("acm", "DescribeCertificate")
def describe(call: Call, answer: dict[str, Any]) -> None:
    """Answer with the key algorithm that was asked for.

    AWS: https://docs.aws.amazon.com/acm/latest/APIReference/API_CertificateDetail.html
    """
    detail = answer["Certificate"]
    certificate = call.backend("acm").get_certificate(detail["CertificateArn"])
    asked = getattr(certificate, "stackproof_algorithm", detail.get("KeyAlgorithm"))
    detail["KeyAlgorithm"] = asked

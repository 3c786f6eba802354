"""Security policies of TLS by service, and the oldest version of TLS that each accepts."""

from __future__ import annotations

from datetime import date
from typing import Final

from stackproof.types.ends import Table

_READ: Final = date(2026, 8, 22)
# The oldest version, so that texts can be compared: SSL 3 is older than all.
_SSL3, _TLS1, _TLS1_1, _TLS1_2, _TLS1_3 = "0.3", "1.0", "1.1", "1.2", "1.3"

LOAD_BALANCERS: Final = Table(
    "Elastic Load Balancing, Security policies for your Application Load Balancer",
    _READ,
    {
        **dict.fromkeys(
            (
                "ELBSecurityPolicy-2015-05",
                "ELBSecurityPolicy-2016-08",
                "ELBSecurityPolicy-FS-2018-06",
                "ELBSecurityPolicy-TLS-1-0-2015-04",
                "ELBSecurityPolicy-TLS13-1-0-2021-06",
                "ELBSecurityPolicy-TLS13-1-0-PQ-2025-09",
                "ELBSecurityPolicy-TLS13-1-0-FIPS-2023-04",
                "ELBSecurityPolicy-TLS13-1-0-FIPS-PQ-2025-09",
            ),
            _TLS1,
        ),
        **dict.fromkeys(
            (
                "ELBSecurityPolicy-FS-1-1-2019-08",
                "ELBSecurityPolicy-TLS-1-1-2017-01",
                "ELBSecurityPolicy-TLS13-1-1-2021-06",
                "ELBSecurityPolicy-TLS13-1-1-FIPS-2023-04",
            ),
            _TLS1_1,
        ),
        **dict.fromkeys(
            (
                "ELBSecurityPolicy-FS-1-2-2019-08",
                "ELBSecurityPolicy-FS-1-2-Res-2019-08",
                "ELBSecurityPolicy-FS-1-2-Res-2020-10",
                "ELBSecurityPolicy-TLS-1-2-2017-01",
                "ELBSecurityPolicy-TLS-1-2-Ext-2018-06",
                "ELBSecurityPolicy-TLS13-1-2-2021-06",
                "ELBSecurityPolicy-TLS13-1-2-Ext1-2021-06",
                "ELBSecurityPolicy-TLS13-1-2-Ext2-2021-06",
                "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
                "ELBSecurityPolicy-TLS13-1-2-PQ-2025-09",
                "ELBSecurityPolicy-TLS13-1-2-Ext1-PQ-2025-09",
                "ELBSecurityPolicy-TLS13-1-2-Ext2-PQ-2025-09",
                "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
                "ELBSecurityPolicy-TLS13-1-2-FIPS-2023-04",
                "ELBSecurityPolicy-TLS13-1-2-Ext0-FIPS-2023-04",
                "ELBSecurityPolicy-TLS13-1-2-Ext1-FIPS-2023-04",
                "ELBSecurityPolicy-TLS13-1-2-Ext2-FIPS-2023-04",
                "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04",
                "ELBSecurityPolicy-TLS13-1-2-FIPS-PQ-2025-09",
                "ELBSecurityPolicy-TLS13-1-2-Ext0-FIPS-PQ-2025-09",
                "ELBSecurityPolicy-TLS13-1-2-Ext1-FIPS-PQ-2025-09",
                "ELBSecurityPolicy-TLS13-1-2-Ext2-FIPS-PQ-2025-09",
                "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-PQ-2025-09",
                "ELBSecurityPolicy-TLS13-1-2-RFC9151-FIPS-2023-07",
                *(
                    f"ELBSecurityPolicy-TLS13-1-2-RFC9151-INTEROP{number}-FIPS-2023-07"
                    for number in (1, 2, 3, 4)
                ),
            ),
            _TLS1_2,
        ),
        **dict.fromkeys(
            (
                "ELBSecurityPolicy-TLS13-1-3-2021-06",
                "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09",
                "ELBSecurityPolicy-TLS13-1-3-FIPS-2023-04",
                "ELBSecurityPolicy-TLS13-1-3-FIPS-PQ-2025-09",
            ),
            _TLS1_3,
        ),
    },
)

DISTRIBUTIONS: Final = Table(
    "Amazon CloudFront Developer Guide, Supported protocols and ciphers",
    _READ,
    {
        "SSLv3": _SSL3,
        "TLSv1": _TLS1,
        "TLSv1_2016": _TLS1,
        "TLSv1.1_2016": _TLS1_1,
        "TLSv1.2_2018": _TLS1_2,
        "TLSv1.2_2019": _TLS1_2,
        "TLSv1.2_2021": _TLS1_2,
        "TLSv1.2_2025": _TLS1_2,
        "TLSv1.3_2025": _TLS1_3,
    },
)

API_DOMAINS: Final = Table(
    "Amazon API Gateway Developer Guide, Security policies",
    _READ,
    {
        "TLS_1_0": _TLS1,
        **dict.fromkeys(
            (
                "TLS_1_2",
                "SecurityPolicy_TLS12_2018_EDGE",
                "SecurityPolicy_TLS12_PFS_2025_EDGE",
                "SecurityPolicy_TLS13_1_2_2021_06",
                "SecurityPolicy_TLS13_1_2_PQ_2025_09",
                "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09",
                "SecurityPolicy_TLS13_1_2_FIPS_PQ_2025_09",
                "SecurityPolicy_TLS13_1_2_FIPS_PFS_PQ_2025_09",
                "SecurityPolicy_TLS13_1_2_Ext2_PQ_2025_09",
                "SecurityPolicy_TLS13_1_2_Ext2_FIPS_PQ_2025_09",
            ),
            _TLS1_2,
        ),
        **dict.fromkeys(
            (
                "SecurityPolicy_TLS13_1_3_2025_09",
                "SecurityPolicy_TLS13_1_3_FIPS_2025_09",
                "SecurityPolicy_TLS13_2025_EDGE",
            ),
            _TLS1_3,
        ),
    },
)

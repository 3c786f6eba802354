"""What the names of instance classes tell.

Source: Amazon EC2 User Guide, "Burstable performance instances"; Amazon RDS User Guide, "DB
instance class types"; Amazon ElastiCache User Guide, "Burstable performance instances".
"""

from __future__ import annotations

import re
from typing import Final

_BURSTABLE: Final = re.compile(r"(db\.|cache\.)?t\d+[a-z]*\.")


def burstable(name: str) -> bool:
    """Tell whether a class gets a share of a processor, with credits for more."""
    return _BURSTABLE.match(name) is not None

"""What the base platform must have: REQUIREMENTS, section 2, in numbers."""

from __future__ import annotations

# In 10.0.0.0/16, zone i (from 0) has the public subnet 10.0.(i+1).0/24 and the private one
# 10.0.(i+10).0/24: of the VPC's blocks of that size, those with these numbers.
SUBNET_SIZE = 24
FIRST_BLOCK = {"public": 1, "private": 10}
# Who reaches whom: the group, its port, and the groups or addresses that may open it; the last is
# the setting that says them.
DOORS = {
    ("web", 80): {"0.0.0.0/0"},
    ("web", 443): {"0.0.0.0/0"},
    ("app", 8080): {"web"},
    ("db", 3306): {"app"},
    ("db", 5432): {"app"},
    ("ssh", 22): {"allowed_cidr"},
}
LOG_OBJECT_DAYS = 90
# The section names the alarm but no number; this is that of the program's description.
HIGH_CPU_PERCENT = 80
BASE_TAGS = {"environment": "production", "Project": "tap", "ManagedBy": "Pulumi"}

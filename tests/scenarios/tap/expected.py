"""What the base platform must have: REQUIREMENTS, section 2, in numbers."""

from __future__ import annotations

REGION = "us-east-1"
BACKUP_REGION = "us-west-2"
VPC_CIDR = "10.0.0.0/16"
ZONES = ("us-east-1a", "us-east-1b")
PUBLIC_CIDRS = ("10.0.1.0/24", "10.0.2.0/24")
PRIVATE_CIDRS = ("10.0.10.0/24", "10.0.11.0/24")
# Who reaches whom: the group, its port, and the addresses or groups that may open it.
DOORS = {
    ("web", 80): {"0.0.0.0/0"},
    ("web", 443): {"0.0.0.0/0"},
    ("app", 8080): {"web"},
    ("db", 3306): {"app"},
    ("db", 5432): {"app"},
    ("ssh", 22): {"10.0.0.0/8"},
}
LOG_OBJECT_DAYS = 90
# The section names the alarm but no number; this is that of the program's description.
HIGH_CPU_PERCENT = 80
BASE_TAGS = {"environment": "production", "Project": "tap", "ManagedBy": "Pulumi"}

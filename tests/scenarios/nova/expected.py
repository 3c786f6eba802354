"""What `nova` must have: REQUIREMENTS, section 1, in numbers."""

from __future__ import annotations

from typing import Final

VPC_CIDR: Final = "10.0.0.0/16"
FEWEST_ZONES: Final = 2
INSTANCE_FAMILY: Final = "c5."
CPU_PERCENT: Final = 75
CPU_SECONDS: Final = 300
DATABASE_PORT: Final = 3306
# At night in Europe and before the day in America; UTC.
BACKUP_WINDOW: Final = "03:00-04:00"
MAINTENANCE_WINDOW: Final = "sun:04:30-sun:05:30"
SSH_PORT: Final = 22
PUBLIC_PORTS: Final = (80, 443)
STAGES: Final = ("Source", "Build", "Test", "Deploy")
CRITICAL_BUCKETS: Final = ("data", "artifacts")

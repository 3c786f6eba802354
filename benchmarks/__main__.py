"""Print every measurement."""

from __future__ import annotations

from benchmarks import policy_pack, verify

verify.main()
policy_pack.main()

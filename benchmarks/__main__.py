"""Print every measurement."""

from __future__ import annotations

from benchmarks import judging, policy_pack, verify

verify.main()
judging.main()
policy_pack.main()

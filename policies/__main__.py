"""The policy pack: `pulumi preview --policy-pack policies`."""

from stackproof.policy_pack import policies, serve

serve("stackproof", policies())

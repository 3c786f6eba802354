"""The policy pack: `pulumi preview --policy-pack policies`."""

from pulumi_policy import PolicyPack

from stackproof.policy_pack import policies

PolicyPack("stackproof", policies())

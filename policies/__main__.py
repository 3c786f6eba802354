"""The policy pack: `pulumi preview --policy-pack policies`."""

from stackproof.policy_pack import policies, project_trusts, project_waivers, serve

serve("stackproof", policies(waivers=project_waivers(), trusted=project_trusts()))

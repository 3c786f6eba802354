"""The policy pack: `pulumi preview --policy-pack policies`."""

from stackproof.policy_pack import policies, project_settings, project_waivers, serve

settings = project_settings()
serve("stackproof", policies(waivers=project_waivers(settings), settings=settings))

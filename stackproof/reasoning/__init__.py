"""Pure reasoning over stacks: addresses, routes, zones, access, recovery."""

"""Building blocks that any blueprint may use; each is one Pulumi component resource.

A component takes a logical name, the `Site` and its own settings. Its logical name is also the
middle part of its resources' physical names.
"""

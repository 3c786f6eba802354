"""What is known of a resource type, each fact once."""

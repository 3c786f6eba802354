"""The provider `pulumi-resource-aws` that serves the Pulumi CLI from the embedded AWS."""

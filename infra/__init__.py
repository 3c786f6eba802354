"""What is deployed: settings, naming and tags, components and the blueprints made of them."""

"""What a stack may be configured with, checked before anything is deployed."""

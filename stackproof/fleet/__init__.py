"""Many accounts, one run each: who asks, what each found, and what that makes together."""

"""The pytest plugin of the scenario suite."""

"""The functions (data sources) of the provider on the embedded AWS."""

"""National definitions that every zone starts from."""

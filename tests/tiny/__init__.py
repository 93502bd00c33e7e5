"""A tiny zone for tests: three departments, other lights, other words."""

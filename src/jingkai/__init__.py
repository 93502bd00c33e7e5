"""经开: the operating system of a development zone."""

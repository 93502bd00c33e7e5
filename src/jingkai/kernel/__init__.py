"""What a definition is: fact types, indicators, units, periods, calendars, lights. Pure Python."""

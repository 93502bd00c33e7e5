"""The command line: jingkai demo | serve | read | value | report | check | bench."""

"""The permit that every engine runs: twelve steps, five at once, then two at once."""

NEEDS = {
    "receive": [],
    "accept": ["receive"],
    "plan": ["accept"],
    "fire": ["accept"],
    "water": ["accept"],
    "power": ["accept"],
    "green": ["accept"],
    "join": ["plan", "fire", "water", "power", "green"],
    "draft": ["join"],
    "fee": ["join"],
    "decide": ["draft", "fee"],
    "deliver": ["decide"],
}
STEPS = list(NEEDS)

"""recognizers-text: its five Chinese recognisers that a report needs, models built beforehand."""

from recognizers_date_time import DateTimeRecognizer
from recognizers_number import NumberRecognizer
from recognizers_number_with_unit import NumberWithUnitRecognizer
from recognizers_text import Culture
from turns import take_turns


def set_up(task):
    """Build the models; the work is all five over every paragraph."""
    numbers = NumberRecognizer(Culture.Chinese)
    units = NumberWithUnitRecognizer(Culture.Chinese)
    models = [
        numbers.get_number_model(),
        numbers.get_percentage_model(),
        units.get_dimension_model(),
        units.get_currency_model(),
        DateTimeRecognizer(Culture.Chinese).get_datetime_model(),
    ]
    paragraphs = task["text"].splitlines()

    def work():
        return sum(len(model.parse(one)) for model in models for one in paragraphs)

    return work


take_turns(set_up)

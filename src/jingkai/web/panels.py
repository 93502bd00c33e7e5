"""What the shell itself offers, in the words in which every context offers."""

from jingkai.web.roster import PEOPLE_IMPORT

__all__ = ["IMPORTS"]

IMPORTS = [PEOPLE_IMPORT]

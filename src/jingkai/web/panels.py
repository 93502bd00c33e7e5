"""What the shell itself offers, in the words in which every context offers."""

from jingkai.web.roster import PEOPLE_IMPORT
from jingkai.web.units import DEPARTMENT_IMPORT

__all__ = ["IMPORTS"]

IMPORTS = [DEPARTMENT_IMPORT, PEOPLE_IMPORT]

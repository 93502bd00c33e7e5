"""Columns that say more of the database than Django's own do."""

from typing import Any

from django.db import models

__all__ = ["LaidInOrder", "RowNumber"]


class RowNumber(models.BigAutoField):
    """A row's own number: one more than the highest there is.

    Django has SQLite keep the highest number it ever gave to a table on a page that is written
    with every row. This is for tables that grow with every act of the house and whose last row
    nobody deletes, or whose numbers nobody keeps.
    """

    def db_type_suffix(self, connection: Any) -> str | None:
        """Return what follows the type in a table: nothing on SQLite."""
        return None if connection.vendor == "sqlite" else super().db_type_suffix(connection)


class LaidInOrder(models.CompositePrimaryKey):
    """A key of several columns in whose order SQLite keeps the rows themselves.

    There is no row number and no index of the key beside the table: what belongs together lies on
    one page, and a row that is added or taken away touches one page less.
    """

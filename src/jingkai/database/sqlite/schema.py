"""Django's changes of SQLite tables; a table that is made anew keeps its triggers."""

from typing import Any

from django.db.backends.sqlite3 import schema

from jingkai.database.fields import LaidInOrder

__all__ = ["DatabaseSchemaEditor"]


class DatabaseSchemaEditor(schema.DatabaseSchemaEditor):
    """Most changes of a column copy the table, and SQLite drops what refuses changes with it."""

    def table_sql(self, model: Any) -> tuple[str, Any]:
        """Return how a table is made: one laid in the order of its key has no row numbers."""
        key = model._meta.pk
        if not isinstance(key, LaidInOrder):
            return super().table_sql(model)
        # The key stands first: else the integrity check of SQLite 3.40 tells of empty columns.
        fields = model._meta.local_fields
        as_declared, names = list(fields), list(key.field_names)
        fields.sort(
            key=lambda one: names.index(one.attname) if one.attname in names else len(names)
        )
        try:
            sql, params = super().table_sql(model)
        finally:
            fields[:] = as_declared
        return f"{sql} WITHOUT ROWID", params

    def _remake_table(self, model: Any, *args: Any, **kwargs: Any) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
        # All of them: one that reads the table from another would fail while it is away.
        for name, _ in triggers:
            self.execute(f"DROP TRIGGER {self.quote_name(name)}")
        super()._remake_table(model, *args, **kwargs)
        for _, trigger in triggers:
            self.execute(trigger, params=None)

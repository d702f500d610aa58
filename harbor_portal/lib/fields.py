"""Model fields that Django has not."""

from typing import Any

from django.db import models


class WrittenJSONField(models.JSONField):
    """JSON kept letter by letter as it was written: PostgreSQL's `json`, which is read as text without being composed.

    For what is written once and read often, never searched; psycopg2 parses it by itself.
    """

    def db_type(self, connection: Any) -> str:  # noqa: ARG002  # as Django calls it
        return "json"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:  # noqa: ARG002  # as Django calls it
        return value

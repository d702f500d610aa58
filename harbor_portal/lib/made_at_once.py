"""An app's first migration, in seconds: for each table Django renders most of the models anew, which takes a minute."""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import AddConstraint, AddField, AddIndex, Migration
from django.db.migrations.state import ProjectState

PARTS = (AddField, AddIndex, AddConstraint)
"""What a table has from the beginning, if it is made as the last operation leaves it."""


class MadeAtOnce(Migration):
    """Renders the models once and makes the tables as the last operation leaves them; nothing is left for `PARTS`."""

    def apply(self, project_state: ProjectState, schema_editor: BaseDatabaseSchemaEditor, *_: Any, **_how: Any) -> Any:
        before = project_state.clone()
        vars(project_state).pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(self.app_label, project_state)
        for operation in self.operations:
            if not isinstance(operation, PARTS):
                operation.database_forwards(self.app_label, schema_editor, before, project_state)
        return project_state

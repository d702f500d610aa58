"""Files that programs send, with what is said of them, as a form (multipart/form-data): kept once under their key."""

import hashlib
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from services.actions.sent import make_once
from stations.api.office import person
from stations.api.own import Own
from stations.models import User


class Sending(Own):
    parser_classes = (MultiPartParser,)

    def refuse(self, given: dict[str, Any], by: User) -> None:
        """Asked before the file is looked at: raises `Refused` for who may not add one."""
        raise NotImplementedError

    def keep(self, given: dict[str, Any], by: User) -> Model:
        """The new row."""
        raise NotImplementedError

    def post(self, request: Request) -> Response:
        by, given = person(request), self.given(request)
        self.refuse(given, by)
        key = given.pop("client_key")
        about = {name: _as_json(value) for name, value in given.items()}
        made = make_once(what=self.noun, client_key=key, by=by, about=about, make=lambda: str(self.keep(given, by).pk))
        row = self.seen(by).filter(pk=made).first()
        if row is None:
            raise NotFound(_("What was sent under this key has been removed."))
        return self.told(row, by)


def _as_json(value: Any) -> Any:
    if isinstance(value, Model):
        return value.pk
    if hasattr(value, "chunks"):
        digest = hashlib.sha256()
        for chunk in value.chunks():
            digest.update(chunk)
        value.seek(0)
        return digest.hexdigest()
    return value

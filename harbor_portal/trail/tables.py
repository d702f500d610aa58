"""The tables that have a history, what of their rows is said, and whose eyes it is for."""

from functools import cache
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import AutoField, BinaryField, FileField, JSONField, Q, UUIDField

from harbor_portal.lib.history import with_history
from stations.models import Station, Unit, User
from stations.scope import scope_of

APPS = ("stations", "services", "partners", "reports")
# Worked out, secret, or said by the line of history itself: who and when.
QUIET = {
    *("pinyin", "code_key", "client_key", "receipt", "key", "digest", "width", "height", "small_width"),
    *("recorded_by", "by", "moved_by", "moved_at", "submitted_by", "verified_by", "is_staff", "date_joined"),
}
QUIET_KINDS = (AutoField, BinaryField, FileField, JSONField, UUIDField)


@cache
def tables() -> dict[str, Any]:
    """By their name in addresses, such as "stations.station"."""
    models = sorted(with_history(), key=lambda model: (APPS.index(model._meta.app_label), model._meta.model_name))
    return {model._meta.label_lower: model for model in models}


@cache
def said_fields(model: Any) -> tuple[Any, ...]:
    """The fields of which a change is worth a word."""
    return tuple(field for field in model.history.model.tracked_fields if not _is_quiet(field))


def _is_quiet(field: Any) -> bool:
    is_automatic = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    return field.name in QUIET or is_automatic or isinstance(field, QUIET_KINDS)


def in_sight(model: Any, by: User | AnonymousUser) -> Q:
    """Of lines of history, a condition: of the person's stations, units and people; catalogues are everybody's.

    Lines outlive their rows, so they are asked for the station or unit that they name themselves.
    """
    if scope_of(by).everything:
        return Q()
    names = {field.name for field in model.history.model.tracked_fields}
    found = Q(pk__in=[])
    if model in {Station, Unit, User}:
        return Q(id__in=model.objects.visible_to(by).values("pk"))
    if "station" in names:
        found |= Q(station__in=Station.objects.visible_to(by).values("pk"))
    if "unit" in names:
        found |= Q(unit__in=Unit.objects.visible_to(by).values("pk"))
    if names & {"station", "unit"}:
        return found
    if hasattr(model.objects, "visible_to"):
        return Q(**{f"{model._meta.pk.name}__in": model.objects.visible_to(by).values("pk")})
    return Q()

"""The tables that have a history, what of their rows is said, and whose eyes it is for."""

from functools import cache, cached_property, reduce
from operator import or_
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import AutoField, BinaryField, FileField, JSONField, Q, QuerySet, UUIDField

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


FEW = 2000


def keys_of(rows: QuerySet[Any]) -> Any:
    """What `__in` takes: few keys by themselves, so that PostgreSQL knows how few and goes to their lines at once."""
    keys = list(rows.order_by().values_list("pk", flat=True)[: FEW + 1])
    return keys if len(keys) <= FEW else rows.order_by().values("pk")


OWNERS = {"activity", "journey", "grant", "story"}
"""To which rows belong that have no sight of their own; so a line is seen although its row is gone."""


class Sight:
    """Whose lines of history one person sees."""

    def __init__(self, by: User | AnonymousUser) -> None:
        self.by = by
        self.is_everything = scope_of(by).everything
        self._owners: dict[Any, Any] = {}

    @cached_property
    def stations(self) -> Any:
        return keys_of(Station.objects.visible_to(self.by))

    @cached_property
    def units(self) -> Any:
        return keys_of(Unit.objects.visible_to(self.by))

    def of(self, model: Any) -> Q:
        """Of the person's stations, units and people; catalogues are everybody's.

        Lines outlive their rows, so they are asked for the station or unit that they name themselves.
        """
        if self.is_everything:
            return Q()
        if model in {Station, Unit}:
            return Q(id__in=self.stations if model is Station else self.units)
        return lines_of(model, self.stations, self.units) or self._by_rows(model)

    def _by_rows(self, model: Any) -> Q:
        pointers = [one for one in model.history.model.tracked_fields if one.is_relation]
        # Papers of an agreement are for fewer than itself; the stations that it names are not.
        owners = OWNERS | {"agreement"} if any(one.name == "station" for one in pointers) else OWNERS
        owner = next((one for one in pointers if one.name in owners), None)
        if owner:
            return Q(**{f"{owner.name}__in": self._keys_of_owners(owner.related_model)})
        if not hasattr(model.objects, "visible_to"):
            return Q()
        return Q(**{f"{model._meta.pk.name}__in": keys_of(model.objects.visible_to(self.by))})

    def _keys_of_owners(self, model: Any) -> Any:
        if model not in self._owners:
            self._owners[model] = keys_of(model.objects.visible_to(self.by))
        return self._owners[model]


def lines_of(model: Any, stations: Any, units: Any) -> Q | None:
    """Of lines that name one of these stations or units, a condition; None where they name neither.

    What must belong to a unit or an agreement is theirs, whoever keeps the station that it names besides: a draft of a
    story is not for the bank in whose station it happened.
    """
    pointers = [field for field in model.history.model.tracked_fields if field.is_relation]
    names = {field.name for field in pointers}
    if {field.name for field in pointers if not field.null} & {"unit", "agreement"}:
        names.discard("station")
    if "kept_by" in names:  # a partner may also be a unit, which does not keep it
        return Q(kept_by__in=units)
    conditions = [
        Q(**{f"{name}__in": keys}) for name, keys in (("station", stations), ("unit", units)) if name in names
    ]
    return reduce(or_, conditions) if conditions else None

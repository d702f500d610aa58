"""What the frameworks below the portal store about persons, and how it goes."""

from datetime import datetime
from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from harbor_portal.lib.origin import KEPT
from harbor_portal.lib.personal import Erasure, Personal, register_erasure, register_personal
from stations.actions.erasing import users_who_left
from stations.models.people import LEFT

LOGINS, ADMIN_LOG, DEVICES = "log-ins", "admin-log", "second-steps"
_LOGIN = ("username", "ip_address", "user_agent", "path_info", "http_accept")
_LOGS: list[Any] = [AccessAttempt, AccessFailureLog, AccessLog]


def _old_logins(at: datetime) -> int:
    return sum(model.objects.filter(attempt_time__lt=at - KEPT).count() for model in _LOGS)


def _erase_logins(at: datetime) -> int:
    return sum(int(model.objects.filter(attempt_time__lt=at - KEPT).delete()[0]) for model in _LOGS)


def _old_entries(at: datetime) -> QuerySet[Any]:
    return LogEntry.objects.filter(action_time__lt=at - KEPT)


def _erase_entries(at: datetime) -> int:
    return int(_old_entries(at).delete()[0])


def _devices_of_who_left(at: datetime) -> int:
    return sum(_devices(model, at).count() for model in (StaticDevice, TOTPDevice))


def _erase_devices(at: datetime) -> int:
    return sum(int(_devices(model, at).delete()[0]) for model in (StaticDevice, TOTPDevice))


def _devices(model: Any, at: datetime) -> QuerySet[Any]:
    """Whether or not the account has had its turn tonight."""
    left = Q(user__is_active=False, user__username__startswith=LEFT)
    return model.objects.filter(left | Q(user__in=users_who_left(at).values("pk")))  # type: ignore[no-any-return]  # of any model


def register_own() -> None:
    after = f"after {KEPT.days} days"
    login = ("who logged in or tried to, from where", "administrators, in the database only", after, LOGINS)
    with_account = "with the account of who left"
    register_personal(
        Personal(AccessLog, (*_LOGIN, "session_hash"), "staff", *login),
        Personal(AccessFailureLog, _LOGIN, "staff, and whoever tries", *login),
        Personal(AccessAttempt, (*_LOGIN, "get_data", "post_data"), "staff, and whoever tries", *login),
        Personal(
            LogEntry,
            ("user", "object_repr", "change_message"),
            "staff",
            "Django's own log of its forms; the portal's history says the same",
            "administrators, in the database only",
            after,
            ADMIN_LOG,
        ),
        Personal(
            TOTPDevice,
            ("user", "name", "key"),
            "staff",
            "the second step of logging in",
            "nobody",
            with_account,
            DEVICES,
        ),
        Personal(StaticDevice, ("user", "name"), "staff", "the second step, on paper", "nobody", with_account, DEVICES),
        Personal(StaticToken, ("token",), "staff", "the second step, on paper", "nobody", with_account, DEVICES),
        Personal(
            Session,
            ("session_key", "session_data"),
            "nobody: the portal keeps its sessions in a table of its own",
            "",
            "",
            "always empty",
        ),
    )
    register_erasure(
        Erasure(LOGINS, _old_logins, _erase_logins),
        Erasure(ADMIN_LOG, _old_entries, _erase_entries),
        Erasure(DEVICES, _devices_of_who_left, _erase_devices),
    )

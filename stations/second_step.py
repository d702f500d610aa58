"""The second step of the log-in: a code of an app beside the password (TOTP, RFC 6238)."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django_otp.plugins.otp_totp.models import TOTPDevice

from stations.models import User


def app_of(user: User) -> Any:
    """The app that the person set up, or None."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def must_have_app(user: User) -> bool:
    """Whether the portal insists: people with a role decide about others' stations and figures."""
    return settings.SECOND_STEP == "roles" and (user.is_superuser or user.memberships.exists())


def owes_step(user: User) -> bool:
    """Whether the password alone does not let the person in."""
    return app_of(user) is not None or must_have_app(user)


def half_in(request: HttpRequest) -> User | None:
    """Who gave the right password and not yet the code."""
    asked = request.user.is_authenticated
    return None if asked else getattr(request, "half_in", None)

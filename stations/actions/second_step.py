"""Setting up the second step of the log-in, renewing its spare codes, and taking it away."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from harbor_portal.lib.errors import Invalid, Refused
from stations.actions.records import save_with_history
from stations.models import User
from stations.policies import refuse_unless_may_manage
from stations.second_step import app_of, must_have_app

SPARE_CODES = 10


def begin_app(*, user: User) -> Any:
    """The key that the app is to learn; the same until it is confirmed, so that a page may be loaded again."""
    app, _made = TOTPDevice.objects.get_or_create(user=user, confirmed=False, defaults={"name": "app"})
    return app


@transaction.atomic
def confirm_app(*, user: User, code: str) -> tuple[Any, list[str]]:
    """The app, which from now on is asked for, and its spare codes; `Invalid` when the code is not the app's."""
    if app_of(user) is not None:
        raise Refused(_("The second step is set up already."))
    app = begin_app(user=user)
    if not app.verify_token(code):
        raise Invalid("code", _("This is not the code that the app shows now. Is the clock of the phone right?"))
    app.confirmed = True
    app.save()
    save_with_history(user, by=user, reason=_("Set up the second step of the log-in"))
    return app, renew_spare_codes(user=user)


@transaction.atomic
def renew_spare_codes(*, user: User) -> list[str]:
    """New codes for the day on which the phone is lost, each good for once; the former ones are void."""
    StaticDevice.objects.filter(user=user).delete()
    spare = StaticDevice.objects.create(user=user, name="spare")
    codes = [StaticToken.random_token() for _number in range(SPARE_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=spare, token=code) for code in codes)
    return codes


@transaction.atomic
def drop_app(*, user: User, by: User) -> None:
    """Ask this person for no code any more, until one is set up anew."""
    if user == by and must_have_app(user):
        raise Refused(_("People with a role cannot do without the second step."))
    if user != by:
        refuse_unless_may_manage(by, user)
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
    save_with_history(user, by=by, reason=_("The second step of the log-in was taken away"))

"""Who comes, who is let in again, and who leaves."""

from typing import Any

from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid, Refused
from stations import sessions
from stations.actions.records import delete_with_history, save_with_history
from stations.choices import Role
from stations.models import Keeper, Membership, Session, Station, Unit, User
from stations.policies import refuse_unless_may_edit, refuse_unless_may_manage
from stations.scope import scope_of


@transaction.atomic
def invite_keeper(*, name: str, phone: str, username: str, station: Station | None, by: User) -> User:
    """An account without a password for somebody who is to keep the station; `make_link` lets them choose one.

    Without a user name the phone number is it: people know theirs.
    """
    if station is None:
        raise Invalid("station", _("Choose a station: it is what the person may enter for. Others can follow."))
    refuse_unless_may_edit(by, station)
    person = _account(name, phone, username, by)
    save_with_history(Keeper(user=person, station=station), by=by, reason=_("Invited"))
    return person


@transaction.atomic
def invite_member(*, name: str, phone: str, username: str, unit: Unit, role: Role, by: User) -> User:
    """An account without a password for somebody with a role; the administrator's alone."""
    if not scope_of(by).everything:
        raise Refused(_("Only the administrator gives roles."))
    person = _account(name, phone, username, by)
    save_with_history(Membership(user=person, unit=unit, role=role), by=by, reason=_("Invited"))
    return person


def _account(name: str, phone: str, username: str, by: User) -> User:
    if not name:
        raise Invalid("name", _("Say who it is: the name stands beside what the person records."))
    person = User(username=username or phone.replace(" ", ""), name=name, phone=phone)
    if not person.username:
        raise Invalid("phone", _("Give a phone number or a user name: with it the person logs in."))
    person.set_unusable_password()
    save_with_history(person, by=by, reason=_("Invited"))
    return person


def make_link(*, person: User, by: User) -> str:
    """The path at which the person chooses a password and is in: once, and for `PASSWORD_RESET_TIMEOUT` seconds."""
    refuse_unless_may_manage(by, person)
    if not person.is_active:
        raise Refused(_("%(person)s has left. Make the account active again first.") % {"person": person})
    save_with_history(person, by=by, reason=_("Got a link to choose a password"))
    uid = urlsafe_base64_encode(force_bytes(person.pk))
    return reverse("admin:welcome", args=[uid, default_token_generator.make_token(person)])


@transaction.atomic
def say_farewell(*, person: User, successor: User | None, by: User) -> int:
    """Close the account and give its stations to the successor, or to nobody; how many there were.

    What the person recorded stays under their name.
    """
    if person == by:
        raise Refused(_("You cannot close your own account. Ask the administrator."))
    refuse_unless_may_manage(by, person)
    if successor == person:
        raise Invalid("successor", _("Choose somebody else: this is who leaves."))
    if successor and not successor.is_active:
        raise Invalid("successor", _("%(person)s has left, too.") % {"person": successor})
    reason = _("%(person)s left") % {"person": person}
    kept = list(person.keeperships.select_related("station"))
    for keeper in kept:
        delete_with_history(keeper, by=by, reason=reason)
        if successor and not keeper.station.keepers.filter(user=successor).exists():
            save_with_history(Keeper(user=successor, station=keeper.station), by=by, reason=reason)
    for membership in person.memberships.all():
        delete_with_history(membership, by=by, reason=reason)
    person.is_active = False
    save_with_history(person, by=by, reason=reason)
    Session.objects.filter(user=person).delete()
    return len(kept)


def note_login(*, user: User, request: Any = None, **_signal: object) -> None:
    """As Django does it, but without an entry in the history of the person for every morning."""
    user.last_login = timezone.now()
    User.objects.filter(pk=user.pk).update(last_login=user.last_login)
    if request is not None:
        sessions.begin(request)


def end_guide(*, user: User) -> None:
    """The steps of the first visit are not shown to the person any more."""
    User.objects.filter(pk=user.pk).update(guided_at=timezone.now())

"""What stations know of persons, who sees it, and what erases it."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from harbor_portal.lib.history import Traced
from harbor_portal.lib.origin import KEPT
from harbor_portal.lib.personal import Erasure, Personal, register_erasure, register_personal
from stations.actions import erasing
from stations.actions.downloads import forget_places
from stations.models import (
    ApiToken,
    ChangeRequest,
    Download,
    Honour,
    HoursException,
    Keeper,
    Membership,
    ProposedFact,
    SavedView,
    Session,
    Station,
    StationAmenity,
    Upload,
    User,
)

LEFT, PLACES, PROPOSALS, UPLOADS = "users-who-left", "from-where", "proposals", "uploads"
_HALF_A_YEAR = f"after {KEPT.days} days"
_A_YEAR_LEFT = f"{erasing.LEFT_DAYS} days after the account was closed, in the history too"
_NOBODY = f"with the row; it leads to somebody who left {erasing.LEFT_DAYS} days after the account was closed"
_SCOPE = "the person; officers, officials and auditors of the units in whose scope the person works; administrators"
_ADMIN = "the person; administrators"


def _places_due(at: datetime) -> int:
    """Without the lines of history, which are counted when they go."""
    before = at - KEPT
    known = Q(address__isnull=False) | ~Q(device="")
    asked = Q(asked_address__isnull=False) | ~Q(asked_device="")
    rows: list[QuerySet[Any]] = [
        Download.objects.filter(known, at__lt=before),
        Upload.objects.filter(asked, created_at__lt=before),
        Session.objects.filter(expire_date__lt=at),
    ]
    return sum(one.count() for one in rows)


def register_own() -> None:
    register_personal(
        Personal(
            User,
            ("username", "name", "phone", "email", "password"),
            "staff",
            "to log in; to know who did what, and whom to call",
            f"{_SCOPE}; nobody sees a password",
            _A_YEAR_LEFT,
            LEFT,
        ),
        Personal(
            Session,
            ("user", "session_key", "session_data", "address", "device"),
            "staff",
            "to stay logged in, and to see from where",
            "the person",
            "when the session ends, at the latest a night later",
            PLACES,
        ),
        Personal(Keeper, ("user",), "staff", "who keeps which station, and since when", _SCOPE, _NOBODY),
        Personal(Membership, ("user",), "staff", "who may do what in which unit", _SCOPE, _NOBODY),
        Personal(
            Honour,
            ("person",),
            "staff",
            "who was honoured",
            "staff who see the person; the public reads honours of stations only",
            _NOBODY,
        ),
        *(
            Personal(model, ("user",), "staff", "rights of Django's own, which nothing here asks for", _ADMIN, _NOBODY)
            for model in (User.groups.through, User.user_permissions.through)
        ),
        Personal(
            ApiToken, ("user", "name", "password_mark"), "staff", "to tell one's keys apart", _ADMIN, _A_YEAR_LEFT, LEFT
        ),
        Personal(
            SavedView, ("user", "name", "query"), "staff", "lists that one saved", "the person", _A_YEAR_LEFT, LEFT
        ),
        Personal(
            Traced,
            ("history_address", "history_device"),
            "staff",
            "from where something was changed; stands in every table of history",
            "who sees the history of the row",
            _HALF_A_YEAR,
            PLACES,
        ),
        Personal(
            Download,
            ("user", "address", "device", "about"),
            "staff",
            "who took which list out of the back office",
            "the person; officials and auditors of the units above; administrators",
            f"from where: {_HALF_A_YEAR}; that it was: with the row, for the record",
            PLACES,
        ),
        Personal(
            Upload,
            ("user", "asked_address", "asked_device"),
            "staff",
            "from where a list was sent",
            "the person; administrators",
            _HALF_A_YEAR,
            PLACES,
        ),
        Personal(
            Upload,
            ("name", "content", "found", "problems", "failure"),
            "staff; families in need, and whom a story shows",
            "lists as they were sent; one of keepers holds names and numbers. Wishes, stories and contacts sealed,"
            " without values of cells",
            "who sent it; administrators, but of wishes, stories and contacts",
            f"the file when it is entered, or a day later; what was found in it: {_HALF_A_YEAR}",
            UPLOADS,
        ),
        Personal(
            ChangeRequest,
            ("reason", "photo"),
            "staff",
            "why a keeper proposes a change",
            "keepers and officers of the station",
            f"{erasing.SETTLED_DAYS} days after it was settled",
            PROPOSALS,
        ),
        Personal(
            ProposedFact,
            ("answer", "before", "proposed"),
            "staff",
            "what was proposed, such as a phone number of the station, and what was answered",
            "keepers and officers of the station",
            f"the answer {erasing.SETTLED_DAYS} days after it was settled; the facts are the station's record",
            PROPOSALS,
        ),
        Personal(
            Station,
            ("phone", "address", "suspended_reason"),
            "keepers, where the number is theirs",
            "to ask whether it is open",
            "everybody",
            "when it is changed; the history of the station is its record",
        ),
        Personal(
            StationAmenity, ("note",), "staff", "what is to know of the equipment", "everybody", "when it is changed"
        ),
        Personal(HoursException, ("reason",), "staff", "why other hours hold", "everybody", "when the row is deleted"),
    )
    register_erasure(
        Erasure(LEFT, erasing.users_who_left, lambda at: erasing.erase_users_who_left(at=at)),
        Erasure(PLACES, _places_due, lambda at: forget_places(at=at)),
        Erasure(PROPOSALS, erasing.settled_proposals, lambda at: erasing.erase_proposals(at=at)),
        Erasure(UPLOADS, erasing.old_uploads, lambda at: erasing.erase_uploads(at=at)),
    )

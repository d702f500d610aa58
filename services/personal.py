"""What services know of persons: families behind wishes and who helps them, and what visitors and keepers write."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from harbor_portal.lib.personal import Erasure, Personal, register_erasure, register_personal
from services.actions.families import erase_claims, erase_families, erase_family_prints, erase_readings
from services.actions.feedback import forget_words
from services.actions.sent import KEPT_DAYS as SENT_DAYS
from services.actions.stories import erase_consents, erase_stories
from services.choices import WAITING
from services.limits import KEPT_DAYS
from services.models import (
    FaultPhoto,
    Feedback,
    Finding,
    HandOver,
    Inspection,
    InspectionAnswer,
    KeeperNote,
    PersonalReading,
    SentWrite,
    StationDay,
    Story,
    StoryConsent,
    StoryPhoto,
    Wish,
    WishClaim,
    WishFamily,
)
from services.story_querysets import STORY_KEPT_DAYS
from services.wish_querysets import (
    CLAIM_KEPT_DAYS,
    FAMILY_KEPT_DAYS,
    FORGOTTEN_DAYS,
    PRINTS_KEPT_DAYS,
    READINGS_KEPT_DAYS,
)

FEEDBACK, FAMILIES, PRINTS, CLAIMS, READINGS = "feedback", "wish-families", "wish-prints", "wish-claims", "readings"
STORIES, CONSENTS = "stories", "story-consents"
_STAFF = "staff in whose scope the station is"
_RECORD = "with the row: it is the record of the station; names do not belong there, and the forms say so"
_OVER = f"after the wish is over, or {FORGOTTEN_DAYS} days after the day by which it was needed"


def _feedback_due(at: datetime) -> QuerySet[Any]:
    words = ~Q(text="") | ~Q(photo="")
    old = Feedback.objects.exclude(state__in=WAITING)
    return old.filter(words, received_at__lt=at - timedelta(days=KEPT_DAYS))


def _wishes() -> list[Personal]:
    officers = "officers of the unit, each time with a reason and in the log"
    return [
        Personal(
            WishFamily,
            ("name", "phone", "address", "situation", "words"),
            "families in need",
            "to bring the wish to them; sealed",
            officers,
            f"{FAMILY_KEPT_DAYS} days {_OVER}",
            FAMILIES,
        ),
        Personal(
            WishFamily,
            ("phone_print", "home_print"),
            "families in need",
            "so many wishes for one family in a year; a keyed hash",
            "nobody",
            f"{PRINTS_KEPT_DAYS} days after the nomination",
            PRINTS,
        ),
        Personal(
            Wish,
            ("community", "proof_photo"),
            "families in need",
            "who told of the wish; proof that it came true, which may show them",
            "staff of the unit; the photo, which is sealed: its officers, each time with a reason and in the log",
            f"{FAMILY_KEPT_DAYS} days {_OVER}",
            FAMILIES,
        ),
        Personal(
            Wish,
            ("title", "text", "reason", "proof", "thanks"),
            "nobody: checked for the family's name, number and address, and by a second person",
            "what everybody reads on the wall",
            "everybody",
            "with the row",
        ),
        Personal(
            WishClaim,
            ("name", "phone"),
            "who offers to fulfil a wish",
            "to arrange it with them; sealed",
            officers,
            f"30 days after they were declined or gave it back; else {CLAIM_KEPT_DAYS} days {_OVER}",
            CLAIMS,
        ),
        Personal(
            PersonalReading,
            ("why",),
            "staff",
            "who opened what is sealed, when and why",
            "staff of the unit; administrators",
            f"after {READINGS_KEPT_DAYS} days",
            READINGS,
        ),
    ]


def _stories() -> list[Personal]:
    withdrawn = f"{STORY_KEPT_DAYS} days after it was withdrawn, or last touched where it was never published"
    return [
        Personal(
            Story,
            ("title", "lead", "body", "reason"),
            "whom a story shows, with their consent",
            "to tell what happened at a station",
            "everybody, until the consent ends or is taken back; then staff of the unit",
            f"{withdrawn}, in the history too",
            STORIES,
        ),
        Personal(
            StoryPhoto,
            ("photo", "caption"),
            "whom a story shows, with their consent",
            "to show it",
            "as the story",
            withdrawn,
            STORIES,
        ),
        Personal(
            StoryConsent,
            ("name", "contact"),
            "whom a story shows",
            "to prove that they agreed, and to reach them; sealed",
            "officers of the unit, each time with a reason and in the log",
            f"{STORY_KEPT_DAYS} days after the consent ended or was taken back, or the story was withdrawn,"
            " or last touched where it was never published",
            CONSENTS,
        ),
    ]


def register_own() -> None:
    register_personal(
        Personal(
            Feedback,
            ("text", "photo", "suggested_hours", "answer"),
            "visitors",
            "what they told us of a station, without a name",
            f"{_STAFF}; who holds the receipt",
            f"text and photo {KEPT_DAYS} days after it came, once it is answered; the answer: {_RECORD}",
            FEEDBACK,
        ),
        Personal(Feedback, ("owner",), "staff", "who looks after a report", _STAFF, _RECORD),
        Personal(KeeperNote, ("text", "answer"), "staff", "what a keeper asks the officer", _STAFF, _RECORD),
        Personal(
            SentWrite,
            ("about",),
            "whoever something sent is about",
            "that the same thing sent again is done once; a keyed hash of all that was sent",
            "nobody",
            f"{SENT_DAYS} days after it was sent",
        ),
        Personal(HandOver, ("text",), "staff", "what the next shift should know", _STAFF, _RECORD),
        Personal(FaultPhoto, ("photo",), "staff", "what is broken", _STAFF, _RECORD),
        Personal(StationDay, ("remark",), "staff", "what was particular about a day", _STAFF, _RECORD),
        Personal(Inspection, ("remark",), "staff", "what an inspection saw", _STAFF, _RECORD),
        Personal(InspectionAnswer, ("remark", "photo"), "staff", "what an inspection saw", _STAFF, _RECORD),
        Personal(
            Finding,
            ("owner", "text", "photo", "mended_text", "mended_photo", "checked_text"),
            "staff",
            "what is wrong, and how it was mended",
            _STAFF,
            _RECORD,
        ),
        *_wishes(),
        *_stories(),
    )
    register_erasure(
        Erasure(FEEDBACK, _feedback_due, lambda at: forget_words(at=at)),
        Erasure(FAMILIES, WishFamily.objects.to_erase, lambda at: erase_families(at=at)),
        Erasure(PRINTS, WishFamily.objects.prints_to_erase, lambda at: erase_family_prints(at=at)),
        Erasure(CLAIMS, WishClaim.objects.to_erase, lambda at: erase_claims(at=at)),
        Erasure(STORIES, Story.objects.to_erase, lambda at: erase_stories(at=at)),
        Erasure(CONSENTS, StoryConsent.objects.to_erase, lambda at: erase_consents(at=at)),
        Erasure(READINGS, PersonalReading.objects.to_erase, lambda at: erase_readings(at=at)),
    )

"""What people at a station's desk tell each other, and their officer."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from services.querysets import HandOverQuerySet, KeeperNoteQuerySet
from stations.models import Station, User

MAX_NOTE = 300


class KeeperNote(models.Model):
    """What a keeper tells the officers of the station; it waits until one of them has dealt with it."""

    station = models.ForeignKey(
        Station, models.PROTECT, related_name="keeper_notes", db_index=False, verbose_name=_("station")
    )
    text = models.CharField(_("note"), max_length=MAX_NOTE)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False, verbose_name=_("by"))
    at = models.DateTimeField(_("written at"))
    answer = models.CharField(_("answer"), max_length=MAX_NOTE, blank=True)
    settled_at = models.DateTimeField(_("dealt with at"), null=True, blank=True)
    settled_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("dealt with by")
    )

    objects: ClassVar[models.Manager["KeeperNote"]] = KeeperNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note of a keeper")
        verbose_name_plural = _("notes of keepers")
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_at__isnull=False, settled_by__isnull=False)
                | Q(settled_at=None, settled_by=None, answer=""),
                name="keeper_note_settled_by_somebody",
                violation_error_message=_("Who dealt with a note, and when, is known; an answer comes with both."),
            )
        ]
        indexes = [
            models.Index(fields=["station", "at"], name="keeper_note_station"),
            # The queue is short however long the past grows.
            models.Index(fields=["station"], condition=Q(settled_at=None), name="keeper_note_waiting"),
        ]

    def __str__(self) -> str:
        return self.text


class HandOver(models.Model):
    """One keeper leaves the desk to another, with a word for whoever comes; open until somebody takes over."""

    station = models.ForeignKey(
        Station, models.PROTECT, related_name="hand_overs", db_index=False, verbose_name=_("station")
    )
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False, verbose_name=_("by"))
    at = models.DateTimeField(_("handed over at"))
    text = models.CharField(_("note"), max_length=MAX_NOTE, blank=True)
    taken_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("taken over by")
    )
    taken_at = models.DateTimeField(_("taken over at"), null=True, blank=True)

    objects: ClassVar[models.Manager["HandOver"]] = HandOverQuerySet.as_manager()

    class Meta:
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        constraints = [
            models.CheckConstraint(
                condition=Q(taken_by=None, taken_at=None)
                | Q(taken_by__isnull=False, taken_at__isnull=False, taken_at__gte=models.F("at")),
                name="hand_over_taken_by_somebody",
                violation_error_message=_("Who took over, and when, is known, and it was after the hand-over."),
            )
        ]
        indexes = [models.Index(fields=["station", "at"], name="hand_over_station")]

    def __str__(self) -> str:
        return f"{self.station} · {self.by}"

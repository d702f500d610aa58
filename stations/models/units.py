"""Units: the banks, unions and others that operate or supervise stations."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node

from harbor_portal.lib.history import History
from stations.choices import UnitKind
from stations.models.divisions import Division
from stations.querysets import UnitManager, UnitMoveQuerySet


class Unit(MP_Node):
    """A place in one hierarchy: head office → province → city → outlet, or provincial → city → district union."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=100)
    short_name = models.CharField(_("short name"), max_length=40, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=UnitKind)
    division = models.ForeignKey(
        Division, models.PROTECT, null=True, blank=True, related_name="units", verbose_name=_("division")
    )
    history = History(excluded_fields=["path", "depth", "numchild"])

    objects: ClassVar[UnitManager] = UnitManager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")

    def __str__(self) -> str:
        return self.name


class UnitMove(models.Model):
    """From the first day of a month on, a unit stands below another one, with everything below it.

    The tree is today's; of the months before, these rows say what it was (`stations.trees`). The table only grows;
    PostgreSQL sees to it.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="moves", verbose_name=_("unit"))
    old_parent = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("before, below")
    )
    new_parent = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", db_index=False, verbose_name=_("from then on, below")
    )
    since = models.DateField(_("from the first of"))
    reason = models.CharField(_("reason"), max_length=100)
    by = models.ForeignKey(
        "stations.User", models.PROTECT, related_name="+", db_index=False, verbose_name=_("moved by")
    )
    at = models.DateTimeField(_("moved at"), auto_now_add=True)
    history = History()

    objects: ClassVar[models.Manager["UnitMove"]] = UnitMoveQuerySet.as_manager()

    class Meta:
        verbose_name = _("move of a unit")
        verbose_name_plural = _("moves of units")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(since__day=1),
                name="unit_move_with_a_month",
                violation_error_message=_("A unit moves on the first day of a month: each month has one tree."),
            ),
            models.CheckConstraint(
                condition=~models.Q(unit=models.F("new_parent")),
                name="unit_move_not_below_itself",
                violation_error_message=_("A unit cannot stand below itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} → {self.new_parent} ({self.since})"

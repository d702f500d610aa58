"""Units: the banks, unions and others that operate or supervise stations."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node

from harbor_portal.lib.history import History
from stations.choices import UnitKind
from stations.models.divisions import Division
from stations.querysets import UnitManager


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

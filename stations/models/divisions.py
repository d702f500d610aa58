"""Administrative divisions of China."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from stations.choices import DivisionLevel


class Division(models.Model):  # type: ignore[django-manager-missing]  # a treebeard manager is untyped
    """A province, city, district or township. `code` is GB/T 2260 (six digits) or, for townships, nine digits."""

    code = models.CharField(_("code"), max_length=9, primary_key=True)
    name = models.CharField(_("name"), max_length=60)
    level = models.CharField(_("level"), max_length=10, choices=DivisionLevel)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent")
    )
    longitude = models.FloatField(_("longitude"), null=True, blank=True, help_text=_("of its centre, WGS-84"))
    latitude = models.FloatField(_("latitude"), null=True, blank=True, help_text=_("of its centre, WGS-84"))

    class Meta:
        verbose_name = _("division")
        verbose_name_plural = _("divisions")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(code__regex=r"^\d{6}(\d{3})?$"),
                name="division_code_is_gb",
                violation_error_message=_("A division's code has six digits, a township's nine."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def prefix(self) -> str:
        """The digits that the codes of everything inside this division begin with."""
        digits = {DivisionLevel.PROVINCE: 2, DivisionLevel.CITY: 4, DivisionLevel.DISTRICT: 6}
        return self.code[: digits.get(DivisionLevel(self.level), 9)]

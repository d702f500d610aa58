"""Lists as somebody likes to see them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from stations.models.people import User


class SavedView(models.Model):
    """What one person looks for in one list, and which columns they want to see, under a name of theirs."""

    user = models.ForeignKey(User, models.CASCADE, related_name="saved_views", verbose_name=_("user"))
    table = models.CharField(_("list"), max_length=100)
    """The model's label, such as `stations.station`."""
    name = models.CharField(_("name"), max_length=40)
    query = models.TextField(_("query"), max_length=2000)
    """The list's address after the question mark, without page and order of pages."""

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [models.UniqueConstraint(fields=["user", "table", "name"], name="saved_view_name")]

    def __str__(self) -> str:
        return self.name

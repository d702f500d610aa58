"""Sentences with which an answer may begin: offered, edited, and never sent by themselves."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from harbor_portal.lib.history import History
from harbor_portal.lib.languages import in_language
from services.choices import FeedbackKind


class AnswerSentence(models.Model):
    """An entry of the editable catalogue of answers to visitors."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    kind = models.CharField(pgettext_lazy("sentence", "for"), max_length=20, choices=FeedbackKind)
    name = models.CharField(_("sentence"), max_length=200)
    name_en = models.CharField(_("the same in English"), max_length=200)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    history = History()

    objects: ClassVar[models.Manager["AnswerSentence"]] = models.Manager()

    class Meta:
        verbose_name = _("sentence for answers")
        verbose_name_plural = _("sentences for answers")
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)

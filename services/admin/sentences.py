"""The catalogue of sentences with which an answer may begin."""

from django.contrib import admin

from services.models import AnswerSentence
from stations.admin.catalogues import CatalogueAdmin


@admin.register(AnswerSentence)
class AnswerSentenceAdmin(CatalogueAdmin):
    list_display = ["__str__", "kind", "code", "order"]
    list_filter = ["kind"]
    search_fields = ["code", "name", "name_en"]
    ordering = ["order", "code"]

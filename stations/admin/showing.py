"""Photos and honours on the form of their station."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.errors import Invalid
from harbor_portal.lib.images import Picture
from stations.actions.honours import add_honour, remove_honour, update_honour
from stations.actions.showing import (
    read_photo,
    remove_photo,
    update_photo,
)
from stations.admin.base import ScopedInline
from stations.models import Honour, Photo, User

MOST_AT_ONCE = 6
"""How many photos one save takes; each is decoded while the person waits."""


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Several photos in one input, each read and made small when the form is checked."""

    widget = ManyFilesInput(attrs={"accept": "image/jpeg,image/png,image/webp"})

    def clean(self, data: Any, initial: Any = None) -> list[list[Picture]]:
        uploads = data if isinstance(data, Sequence) else [data] if data else []
        if len(uploads) > MOST_AT_ONCE:
            raise forms.ValidationError(_("At most %(n)d photos at once.") % {"n": MOST_AT_ONCE})
        return [self._read(super(PhotosField, self).clean(upload, initial)) for upload in uploads]

    def _read(self, upload: Any) -> list[Picture]:
        try:
            return read_photo(upload)
        except Invalid as error:
            raise forms.ValidationError(f"{upload.name}: {error}") from error


class PhotoInline(ScopedInline):
    """The photos that are there, in the order in which they are shown; new ones come in through the form above."""

    model = Photo
    fields = ["picture", "caption", "taken_date", "order"]
    readonly_fields = ["picture"]
    ordering = ["order", "pk"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("station")

    @admin.display(description=_("photo"))
    def picture(self, photo: Photo) -> str:
        height = round(photo.height * 120 / photo.width)
        link = '<a href="{}"><img src="{}" alt="{}" width="120" height="{}" loading="lazy"></a>'
        return format_html(link, photo.url, photo.small_url, photo.caption or _("photo"), height)


class HonourInline(ScopedInline):
    model = Honour
    fields = ["title", "level", "year", "expires_date"]
    ordering = ["-year", "pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("station")


def _save_photos(by: User, formset: Any, reason: str) -> None:
    for photo in formset.deleted_objects:
        remove_photo(by=by, photo=photo, reason=reason)
    for photo, _changed in formset.changed_objects:
        facts: dict[str, Any] = {name: getattr(photo, name) for name in ("caption", "taken_date", "order")}
        update_photo(by=by, photo=photo, reason=reason, **facts)


def _save_honours(by: User, formset: Any, reason: str) -> None:
    for honour in formset.deleted_objects:
        remove_honour(by=by, honour=honour, reason=reason)
    for honour, _changed in formset.changed_objects:
        update_honour(by=by, honour=honour, reason=reason, **_honour_facts(honour))
    for honour in formset.new_objects:
        add_honour(by=by, station=formset.instance, reason=reason, **_honour_facts(honour))


def _honour_facts(honour: Honour) -> dict[str, Any]:
    return {name: getattr(honour, name) for name in ("title", "level", "year", "expires_date")}


SAVED_BY_ACTIONS = {Photo: _save_photos, Honour: _save_honours}
"""How the rows of a formset are saved; it was asked for them with `commit=False` before."""

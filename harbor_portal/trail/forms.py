"""What one may ask of the history: who, what, where, when, and for which word."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms.utils import flatatt
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from harbor_portal.trail.search import WINDOW, Asked
from harbor_portal.trail.tables import said_fields, tables

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)
"""Far from the ends of the calendar, so that some days before or after are days, too."""
PLAUSIBLE = [MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)]


class Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class LongSelect(forms.Select):
    """Of some hundred options; Django would render a template for each."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:  # noqa: ARG002  # Django's signature
        groups = format_html_join("", "{}", ((self._group(label, choices, value),) for label, choices in self.choices))
        return format_html("<select{}>{}</select>", flatatt(self.build_attrs(attrs or {}, {"name": name})), groups)

    def _group(self, label: Any, choices: Any, value: Any) -> SafeString:
        if not isinstance(choices, list):
            return format_html('<option value="{}">{}</option>', label, choices)
        chosen = mark_safe(" selected")  # our own word
        rows = ((key, chosen if key == value else "", words) for key, words in choices)
        options = format_html_join("", '<option value="{}"{}>{}</option>', rows)
        return format_html('<optgroup label="{}">{}</optgroup>', label, options)


class TrailForm(forms.Form):
    person = forms.CharField(label=_("Who"), required=False, max_length=60)
    place = forms.CharField(
        label=_("Station or unit"), required=False, max_length=100, help_text=_("Name, code or pinyin initials.")
    )
    what = forms.ChoiceField(label=_("Table or field"), required=False, widget=LongSelect)
    text = forms.CharField(
        label=_("Word"), required=False, max_length=100, help_text=_("In the reason or in what was written.")
    )
    first = forms.DateField(label=_("From day"), required=False, widget=Day, validators=PLAUSIBLE)
    last = forms.DateField(label=_("To day"), required=False, widget=Day, validators=PLAUSIBLE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        what = self.fields["what"]
        assert isinstance(what, forms.ChoiceField)
        what.choices = _choices()

    def asked(self) -> Asked | None:
        """None where the form cannot be read."""
        if not self.is_valid():
            return None
        values = self.cleaned_data
        last: date = values["last"] or timezone.localdate()
        table, _dot, field = values["what"].partition(":")
        return Asked(
            first=values["first"] or last - WINDOW,
            last=last,
            table=table,
            field=field,
            person=values["person"],
            place=values["place"],
            text=values["text"],
            before=self.data.get("before", "").replace("\0", ""),
        )


def _choices() -> list[Any]:
    """Everything, a table, or one field of a table."""
    choices: list[Any] = [("", _("everything"))]
    for key, model in tables().items():
        title = capfirst(str(model._meta.verbose_name))
        fields = [(f"{key}:{field.name}", f"{title}: {field.verbose_name}") for field in said_fields(model)]
        choices.append((title, [(key, title), *fields]))
    return choices

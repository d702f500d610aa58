"""The forms of agreements: of the row itself, of what it promises, and of each step that it can take."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.metrics import METRICS
from partners.models import Agreement

LINK_DAYS = 90
DAY = {"type": "date"}
NOTHING = _("Nothing is counted by itself")


def evidence_choices() -> list[Any]:
    """What can be counted, by metric: `code:detail`."""
    found: list[Any] = [("", NOTHING)]
    for metric in METRICS.values():
        whole = [] if metric.needs_detail else [(f"{metric.code}:", metric.title)]
        found.append((metric.title, [*whole, *((f"{metric.code}:{key}", label) for key, label in metric.details())]))
    return found


def day_field(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs=DAY), **options)


class SignForm(forms.Form):
    day = day_field(_("Signed on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].initial = timezone.localdate


class EndForm(forms.Form):
    last = day_field(_("Last day"))
    reason = forms.CharField(label=_("Why it ends"), max_length=80)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last"].initial = timezone.localdate


class RenewForm(forms.Form):
    until = day_field(_("Last day of the new one"), required=False, help_text=_("blank: until further notice"))

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        """As long again, unless somebody says otherwise."""
        super().__init__(*args, **kwargs)
        if agreement.until:
            self.fields["until"].initial = agreement.until + (agreement.until - agreement.since) + timedelta(days=1)


class DocumentForm(forms.Form):
    title = forms.CharField(label=_("Title of the document"), max_length=100)
    file = forms.FileField(
        label=_("File"),
        help_text=_("PDF, picture, Word or Excel"),
        widget=forms.FileInput(attrs={"accept": ".pdf,.docx,.xlsx,image/*"}),
    )


class LinkForm(forms.Form):
    given_to = forms.CharField(label=_("For whom"), max_length=60, help_text=_("the organisation, not a person's name"))
    until = day_field(_("Holds until"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].initial = timezone.localdate() + timedelta(days=LINK_DAYS)

"""Change requests of keepers: what waits stands first, and each has a page with before and after of every fact."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from harbor_portal.lib.errors import PortalError, Refused
from harbor_portal.lib.http import stored_picture
from stations.actions.change_requests import Verdict, decide_request, withdraw_request
from stations.admin.base import OwnPageAdmin, QueueFilter, person
from stations.choices import Decision
from stations.fact_values import TITLES, shown, title_of, values_of
from stations.models import Amenity, ChangeRequest, ProposedFact
from stations.policies import is_keeper, may_edit, refuse_unless_may_edit, refuse_unless_may_propose
from stations.responsible import who_edits


class StateFilter(QueueFilter):
    begins_with = _("Waiting")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("settled", _("Answered")), ("all", _("All"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case "settled":
                return queryset.exclude(settled_at=None)
            case "all":
                return queryset
        return queryset.waiting()


@dataclass(frozen=True)
class Row:
    """One fact of a request: what stood there, what does now, and what is proposed, in words."""

    fact: ProposedFact
    title: str
    before: str
    now: str
    proposed: str

    @property
    def is_open(self) -> bool:
        return self.fact.decision == Decision.OPEN

    @property
    def was_changed(self) -> bool:
        """Whether somebody wrote it since it was proposed."""
        return self.is_open and self.now not in (self.before, self.proposed)

    @property
    def is_so_already(self) -> bool:
        return self.is_open and self.now == self.proposed


@admin.register(ChangeRequest)
class ChangeRequestAdmin(OwnPageAdmin):
    """Everybody reads the requests about the stations in their scope; officers answer on the page of one."""

    read_only_reason = _("Keepers propose changes on My station, and officers of the station answer them.")
    list_display = ["station", "facts_shown", "reason", "by", "at", "settled_at"]
    list_filter = [StateFilter]
    list_select_related = ["station", "by"]
    search_fields = ["station__name", "station__code", "reason"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: Any = super().get_queryset(request)
        return rows.with_facts()  # type: ignore[no-any-return]  # a queryset method

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        """Who has waited longest first; of the settled, the last first."""
        return [F("settled_at").desc(nulls_first=True), "at", "pk"]

    def get_urls(self) -> list[URLPattern]:
        protect = self.admin_site.admin_view
        pages: dict[str, Any] = {"decide": decide, "withdraw": withdraw, "photo": photo}
        own = [
            path(f"<int:pk>/{name}/", protect(view), name=f"stations_changerequest_{name}")
            for name, view in pages.items()
        ]
        return [*own, *super().get_urls()]

    def row_page(self, request: HttpRequest, row: Any) -> HttpResponse:
        return _page(request, row)

    @admin.display(description=_("facts"))
    def facts_shown(self, row: Any) -> str:
        titles = (str(TITLES.get(fact.what) or gettext("Equipment")) for fact in row.facts.all())
        return gettext(", ").join(dict.fromkeys(titles))


def visible(request: HttpRequest) -> QuerySet[ChangeRequest]:
    rows: QuerySet[ChangeRequest] = ChangeRequest.objects.visible_to(person(request)).with_facts()
    return rows.select_related("station__schedule", "by")


def rows_of(found: ChangeRequest) -> list[Row]:
    """In the order in which they were proposed."""
    now = values_of(found.station)
    amenities = {amenity.code: amenity for amenity in Amenity.objects.all()}
    return [
        Row(
            fact,
            title_of(fact.what, amenities),
            shown(fact.what, fact.before),
            shown(fact.what, now.get(fact.what)),
            shown(fact.what, fact.proposed),
        )
        for fact in found.facts.all()
    ]


def _page(request: HttpRequest, row: ChangeRequest) -> HttpResponse:
    found = get_object_or_404(visible(request), pk=row.pk)
    by, rows = person(request), rows_of(found)
    is_open = any(one.is_open for one in rows)
    may_decide = is_open and may_edit(by, found.station)
    context = admin.site.each_context(request) | {
        "title": gettext("Change request"),
        "opts": ChangeRequest._meta,
        "entry": found,
        "rows": rows,
        "open_count": sum(one.is_open for one in rows),
        "may_decide": may_decide,
        "may_withdraw": is_open and is_keeper(by, found.station),
        "why_read_only": "" if may_decide else _why_not_decided(found, is_open=is_open),
    }
    return render(request, "admin/stations/changerequest/entry.html", context)


def _why_not_decided(found: ChangeRequest, *, is_open: bool) -> str:
    return who_edits(found.station) if is_open else gettext("It is settled, and stays as it was answered.")


Step = Callable[[HttpRequest, ChangeRequest], str]


def _step(request: HttpRequest, pk: int, refuse: Callable[..., None], do: Step) -> HttpResponse:
    """What one cannot see is not there, what one may not do is refused with the reason."""
    found = get_object_or_404(visible(request), pk=pk)
    try:
        refuse(person(request), found.station)
    except Refused as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    try:
        messages.success(request, do(request, found))
    except PortalError as error:
        messages.error(request, str(error))
    return redirect("admin:stations_changerequest_change", pk)


@never_cache
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(request, pk, refuse_unless_may_edit, _decide)


@never_cache
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(request, pk, refuse_unless_may_propose, _withdraw)


@never_cache
@require_safe
def photo(request: HttpRequest, pk: int) -> HttpResponse:
    """A photo beside a proposal, for whoever sees the request."""
    return stored_picture(get_object_or_404(visible(request), pk=pk).photo)


def _decide(request: HttpRequest, found: ChangeRequest) -> str:
    """Each fact as it was chosen; "rest" decides about those for which nothing was chosen."""
    rest = request.POST.get("rest", "")
    verdicts = {}
    for fact in found.facts.all():
        choice = request.POST.get(f"decision-{fact.pk}", "") or (rest if fact.decision == Decision.OPEN else "")
        if choice not in ("approve", "refuse"):
            continue
        answer = _text(request, f"answer-{fact.pk}") or (_text(request, "answer") if choice == "refuse" else "")
        verdicts[fact.what] = Verdict(choice == "approve", answer, request.POST.get(f"seen-{fact.pk}", ""))
    count = decide_request(request=found, verdicts=verdicts, by=person(request))
    return ngettext("%(count)d fact is decided.", "%(count)d facts are decided.", count) % {"count": count}


def _withdraw(request: HttpRequest, found: ChangeRequest) -> str:
    withdraw_request(request=found, by=person(request))
    return gettext("What was still open of it is withdrawn.")


def _text(request: HttpRequest, field: str) -> str:
    return " ".join(request.POST.get(field, "").replace("\0", "").split())

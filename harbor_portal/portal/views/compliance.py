"""How an agreement is kept, for whoever holds a link: no account, no names of persons, no way into the back office."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from partners.agreement_choices import AgreementState
from partners.compliance import sheet_of
from partners.links import find_link, judge
from partners.models import Agreement


@never_cache
@require_safe
def compliance(request: HttpRequest, key: str) -> HttpResponse:
    link, today = find_link(key), timezone.localdate()
    if link is None:
        raise Http404
    verdict = judge(link, today)
    if verdict != "holds":
        why = {"verdict": verdict, "expires_date": link.expires_date}
        return _unlisted(render(request, "compliance_over.html", why, status=410))
    rows: Any = Agreement.objects.all()
    parties = ("unit", "partner", "programme", "covered_unit")
    agreement = rows.with_state(today).select_related(*parties).get(pk=link.agreement_id)
    context = {
        "link": link,
        "today": today,
        "agreement": agreement,
        "state": AgreementState(agreement.state).label,
        "sheet": sheet_of(agreement, today, is_linked=False),
    }
    return _unlisted(render(request, "compliance.html", context))


def _unlisted(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response

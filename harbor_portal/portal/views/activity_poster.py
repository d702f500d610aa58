"""The poster of an activity, to hang beforehand: for those who see it in the back office."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from harbor_portal.portal.posters.activities import activity_pdf
from harbor_portal.portal.views.poster import pdf_response
from services.models import Activity


@require_safe
@never_cache
@login_required
def activity_poster(request: HttpRequest, code: str) -> HttpResponse:
    seen = Activity.objects.all().visible_to(request.user)
    found = get_object_or_404(seen.select_related("organiser", "division"), code=code.upper())
    return pdf_response(activity_pdf(found), f"activity-{found.code}.pdf", str(found), 1)

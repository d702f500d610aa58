"""温暖故事 for everybody: the list, a story's page to share, and its pictures."""

from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from harbor_portal.lib.http import stored_picture
from services.models import Story, StoryPhoto
from stations.codes import WELL_FORMED

ABOUT = ("station", "partner")
PAGE_SIZE = 12
PHOTOS = Prefetch("photos", StoryPhoto.objects.order_by("pk"), to_attr="shown")


@require_safe
@cache_control(public=True, max_age=60)
@vary_on_headers("Cookie")
def stories(request: HttpRequest) -> HttpResponse:
    """The last first; `?station=` and `?partner=` are those of one. A constant number of queries."""
    asked = {key: code for key in ABOUT if WELL_FORMED.fullmatch(code := request.GET.get(key, "").upper())}
    rows = Story.objects.shown_on(timezone.localdate()).filter(**{f"{key}__code": code for key, code in asked.items()})
    ordered = rows.select_related("station", "unit").prefetch_related(PHOTOS).order_by("-published_at", "-pk")
    page = Paginator(ordered, PAGE_SIZE).get_page(request.GET.get("page"))
    kept = f"{urlencode(asked)}&" if asked else ""
    return render(request, "stories.html", {"page": page, "kept": kept})


@require_safe
@cache_control(public=True, max_age=60)
@vary_on_headers("Cookie")
def story(request: HttpRequest, slug: str) -> HttpResponse:
    rows = Story.objects.shown_on(timezone.localdate()).select_related("station", "unit", "partner")
    found: Story | None = rows.prefetch_related(PHOTOS).filter(slug=slug.lower()).first()
    if found is None:
        raise Http404(_("This story is not here, or not any more."))
    context = {"story": found, "absolute": settings.PUBLIC_URL + found.get_absolute_url(), "base": settings.PUBLIC_URL}
    return render(request, "story.html", context)


@require_safe
@cache_control(public=True, max_age=300)
def story_photo(_request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Only as long as everybody may read the story."""
    shown = Story.objects.shown_on(timezone.localdate()).filter(slug=slug.lower())
    found = get_object_or_404(StoryPhoto, pk=number, story__in=shown.values("pk"))
    return stored_picture(found.photo)

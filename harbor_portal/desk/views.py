"""Pages of the back office that belong to no app: the handbook, and the end of the first visit."""

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from harbor_portal.desk.handbook import CHAPTERS, chapter_of, own_chapter
from stations.actions.people import end_guide
from stations.asked_by import user_of
from stations.scope import scope_of


@require_safe
def handbook(request: HttpRequest, key: str = "") -> HttpResponse:
    """A chapter; without its name, the one for what the person is here for."""
    key = key or own_chapter(scope_of(user_of(request)))
    try:
        chapter = chapter_of(key)
    except KeyError as error:
        raise Http404 from error
    context = {"title": chapter.title, "chapter": chapter, "chapters": CHAPTERS, "key": key}
    return render(request, "admin/desk/handbook.html", admin.site.each_context(request) | context)


@require_POST
def put_guide_away(request: HttpRequest) -> HttpResponse:
    end_guide(user=user_of(request))
    return redirect("admin:index")

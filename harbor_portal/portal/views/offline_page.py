"""What is shown without a network in place of a page that this device has not seen."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers


@require_safe
@cache_control(public=True, max_age=300)
@vary_on_headers("Cookie")
def offline_page(request: HttpRequest) -> HttpResponse:
    """Answer without a query, a session or a token, as the map does: the device keeps this page beforehand."""
    return render(request, "offline.html")

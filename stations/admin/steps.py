"""What the pages of rows that move step by step share: reading what a form sent, and answering a step."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from harbor_portal.lib.errors import Invalid, PortalError, Refused

Step = Callable[[HttpRequest, Any], tuple[str, str]]
"""Does one thing; the sentence that says so, and the address of the page that follows."""


Again = Callable[[HttpRequest, Any, PortalError], HttpResponse | None]
"""The page once more with what was typed, and why it was not done; None for who may not do it anyhow."""


def step(
    find: Callable[[HttpRequest, int], Any], back: Callable[[Any], str], again: Again | None = None
) -> Callable[[Step], Any]:
    """The view around a step: what one cannot see is not there, what one may not do is refused with the reason.

    What cannot be done as it was asked is said on the page to which `back` leads, or on the one that `again` draws.
    """

    def around(do: Step) -> Callable[..., HttpResponse]:
        @wraps(do)
        @never_cache
        @require_POST
        def view(request: HttpRequest, pk: int) -> HttpResponse:
            found = find(request, pk)
            try:
                sentence, page = do(request, found)
            except PortalError as error:
                if again and (typed := again(request, found, error)):
                    return typed
                if isinstance(error, Refused):
                    raise PermissionDenied(str(error)) from error
                messages.error(request, str(error))
                return redirect(back(found))
            messages.success(request, sentence)
            return redirect(page)

        return view

    return around


def cleaned(form: forms.Form) -> dict[str, Any]:
    """What a form says; the first thing wrong with it is raised as `Invalid`, with the name of its field."""
    if form.is_valid():
        return form.cleaned_data
    field, sentences = next(iter(form.errors.items()))
    label = form.fields[field].label if field in form.fields else ""
    raise Invalid(field, f"{label}: {sentences[0]}" if label else str(sentences[0]))

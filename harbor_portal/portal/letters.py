"""The size of the letters that a visitor chose, remembered in a cookie on the device."""

from django.http import HttpRequest

COOKIE = "letters"


def letters(request: HttpRequest) -> dict[str, bool]:
    """Context processor: whether the page begins with large letters."""
    return {"has_large_letters": request.COOKIES.get(COOKIE) == "large"}

"""Who asks for a page."""

from django.http import HttpRequest

from stations.models import User


def user_of(request: HttpRequest) -> User:
    """Of pages that only people with an account reach."""
    assert isinstance(request.user, User)
    return request.user

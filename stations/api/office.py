"""The API for programs that act for a person of the back office: who asks, how often, and which stations are theirs."""

from dataclasses import replace
from typing import Any

from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, NotFound, Throttled
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from harbor_portal.lib.errors import Invalid
from harbor_portal.lib.http import client_address
from harbor_portal.lib.limits import Limit, network_of, seconds_left, spend
from harbor_portal.lib.origin import LONGEST_DEVICE, origin_of
from stations.actions.tokens import token_of
from stations.api.serializers import ErrorSerializer
from stations.api.views import AnyAccept
from stations.models import ApiToken, Division, Station, Unit, User
from stations.moved import code_that_stays

READS = Limit("api-read", 1200, 60)
WRITES = Limit("api-write", 300, 60)
"""Of one person in a minute, with all their keys: a gate at each of a hundred stations tells its count every minute."""
WRONG_KEYS = Limit("api-wrong-key", 60, 3600)
"""From one network: guessing 256 bits is hopeless, and whoever goes on with a dead key is told so."""
REFUSED = dict.fromkeys((400, 401, 403, 404, 409, 429), ErrorSerializer)
"""How any of it may be answered, for its description."""
SAFE = ("GET", "HEAD", "OPTIONS")


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer hp_…`. What is done is recorded as the owner's, with the name of the key as the device."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _space, key = get_authorization_header(request).decode("ascii", "replace").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = token_of(key.strip(), timezone.now())
        page: Any = request._request  # noqa: SLF001  # the one that history asks
        if token is None:
            _spend((WRONG_KEYS, network_of(client_address(page))))
            raise AuthenticationFailed(_("This key opens nothing: it has ended, was withdrawn, or is wrong."))
        page.origin = replace(origin_of(page), device=f"API · {token.name}"[:LONGEST_DEVICE])
        return token.user, token

    def authenticate_header(self, _request: Request) -> str:
        return "Bearer"


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # untyped in its library
    target_class = TokenAuthentication
    name = "key"

    def get_security_definition(self, _auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A key that a person of the back office made on the page “My profile”.",
        }


class OfficeView(APIView):
    """With a key, or from a page of the back office with its CSRF token. Answers are for one person, kept nowhere."""

    authentication_classes = (TokenAuthentication, SessionAuthentication)
    permission_classes = (IsAuthenticated,)
    content_negotiation_class = AnyAccept

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        _spend((READS if request.method in SAFE else WRITES, str(request.user.pk)))

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        add_never_cache_headers(answer)
        return answer


def person(request: Request) -> User:
    assert isinstance(request.user, User)
    return request.user


def station_of(request: Request, code: str) -> Station:
    """What the person cannot see is not there; a station that was merged answers as the one that stays."""
    seen = Station.objects.visible_to(person(request))
    code = code.replace("\0", "").upper()
    station: Station | None = seen.filter(code=code, merged_into=None).first()
    station = station or seen.filter(code=code_that_stays(code) or code).first()
    if station is None:
        raise NotFound(_("None of your stations has the code “%(code)s”.") % {"code": code[:20]})
    return station


def unit_named(code: str, by: User, field: str) -> Unit:
    """A unit in the person's scope, named in what was sent."""
    found: Unit | None = Unit.objects.visible_to(by).filter(code=code.replace("\0", "")).first()
    if found is None:
        raise Invalid(field, _("None of your units has the code “%(code)s”.") % {"code": code})
    return found


def station_named(code: str, by: User, field: str) -> Station:
    found: Station | None = Station.objects.visible_to(by).filter(code=code.replace("\0", "").upper()).first()
    if found is None:
        raise Invalid(field, _("None of your stations has the code “%(code)s”.") % {"code": code})
    return found


def division_named(code: str, _by: User, field: str) -> Division:
    found = Division.objects.filter(code=code).first()
    if found is None:
        raise Invalid(field, _("There is no division with the code “%(code)s”.") % {"code": code[:9]})
    return found


def checked(serializer: type[Serializer[Any]], request: Request) -> dict[str, Any]:
    """What was sent, field by field as it should be. Raises `ValidationError` with a sentence for each that is not."""
    given = serializer(data=request.data)
    given.is_valid(raise_exception=True)
    values: dict[str, Any] = given.validated_data
    return values


def _spend(cost: tuple[Limit, str]) -> None:
    if (full := spend([cost])) is not None:
        raise Throttled(wait=seconds_left(full))

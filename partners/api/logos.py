"""Logos of partners and signs of programmes for programs: put in the place of what was there, or taken away."""

from typing import Any

from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from harbor_portal.lib.images import Picture
from partners.actions.logos import read_logo
from partners.actions.partners import set_partner_logo
from partners.actions.programmes import set_sign
from partners.api.partners import Partners
from partners.api.programmes import Programmes
from partners.models import Partner, Programme
from partners.policies import refuse_unless_may_keep, refuse_unless_may_keep_programme
from stations.api.office import person
from stations.api.own import Own, Removing, described
from stations.models import User


class LogoSerializer(serializers.Serializer[Any]):
    """A JPEG, PNG or WebP; nothing but its pixels is kept."""

    picture = serializers.FileField()


class LogoView(Removing, Own):
    parser_classes = (MultiPartParser,)
    takes = LogoSerializer

    def refuse(self, row: Any, by: User) -> None:
        """Asked before the picture is looked at."""
        raise NotImplementedError

    def hang(self, row: Any, picture: Picture | None, by: User) -> Any:
        raise NotImplementedError

    def put(self, request: Request, code: str) -> Response:
        """Said twice, it is so once."""
        by = person(request)
        row = self.find(by, code=code)
        self.refuse(row, by)
        self.hang(row, read_logo(self.given(request)["picture"], "picture"), by)
        return self.told(row, by)

    def remove(self, row: Any, by: User) -> None:
        self.hang(row, None, by)


@described(
    put=("office_partner_logo", "Give a partner its logo"),
    delete=("office_partner_logo_remove", "Leave it without a logo"),
)
class PartnerLogoView(Partners, LogoView):
    def refuse(self, row: Partner, by: User) -> None:
        refuse_unless_may_keep(by, row.kept_by)

    def hang(self, row: Partner, picture: Picture | None, by: User) -> Any:
        return set_partner_logo(by=by, partner=row, picture=picture)


@described(
    put=("office_programme_sign", "Give a programme the sign that hangs at the door"),
    delete=("office_programme_sign_remove", "Leave it without a sign"),
)
class ProgrammeSignView(Programmes, LogoView):
    def refuse(self, row: Programme, by: User) -> None:
        refuse_unless_may_keep_programme(by, row)

    def hang(self, row: Programme, picture: Picture | None, by: User) -> Any:
        return set_sign(by=by, programme=row, picture=picture)

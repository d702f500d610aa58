"""The directory of online services and member benefits for programs: entered, changed, hidden, removed."""

from typing import Any, ClassVar

from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from partners.api.partners import partner_named
from services.actions.online import create_service, delete_service, update_service
from services.choices import WorkerGroup
from services.models import OnlineService
from services.online_choices import LinkState, OnlineKind
from services.policies import refuse_unless_may_keep_services
from stations.api.office import division_named, unit_named
from stations.api.own import Adding, Changing, Named, Own, OwnItem, OwnList, Removing, described, once
from stations.api.serializers import ReasonField
from stations.models import User

MAX_CODE = 40


class OwnOnlineServiceSerializer(serializers.Serializer[Any]):
    """An entry of the directory as staff read it."""

    code = serializers.CharField()
    kind = serializers.ChoiceField(OnlineKind.choices)
    name = serializers.CharField()
    name_en = serializers.CharField(allow_blank=True)
    guide = serializers.CharField(allow_blank=True)
    website = serializers.CharField(source="url", allow_blank=True)
    phone = serializers.CharField(allow_blank=True)
    kept_by = serializers.CharField(source="kept_by.code", help_text="code of the unit whose officers write it")
    division = serializers.CharField(source="division_id", allow_null=True, help_text="GB/T 2260; null: everywhere")
    groups = serializers.ListField(child=serializers.CharField(), help_text="for whom; empty: for everybody")
    first = serializers.DateField(allow_null=True)
    last = serializers.DateField(allow_null=True)
    day_of_month = serializers.IntegerField(allow_null=True)
    partner = serializers.CharField(source="partner.code", default=None, allow_null=True)
    is_published = serializers.BooleanField()
    order = serializers.IntegerField()
    link_state = serializers.ChoiceField(LinkState.choices, help_text="what the last look at its web page found")
    checked_at = serializers.DateTimeField(allow_null=True)


class ServiceFactsSerializer(serializers.Serializer[Any]):
    """What is said of an entry; what is left out stays. Hidden is what is not published."""

    kind = serializers.ChoiceField(OnlineKind.choices, required=False)
    name = serializers.CharField(max_length=60, required=False)
    name_en = serializers.CharField(max_length=80, required=False, allow_blank=True)
    guide = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    website = serializers.URLField(
        source="url", max_length=500, required=False, allow_blank=True, validators=[URLValidator(["http", "https"])]
    )
    phone = serializers.CharField(max_length=40, required=False, allow_blank=True)
    kept_by = serializers.CharField(max_length=MAX_CODE, required=False, help_text="code of a unit")
    division = serializers.CharField(max_length=9, required=False, allow_null=True, help_text="GB/T 2260")
    groups = serializers.ListField(
        child=serializers.ChoiceField(WorkerGroup.choices), required=False, max_length=len(WorkerGroup)
    )
    first = serializers.DateField(required=False, allow_null=True)
    last = serializers.DateField(required=False, allow_null=True)
    day_of_month = serializers.IntegerField(min_value=1, max_value=31, required=False, allow_null=True)
    partner = serializers.CharField(max_length=8, required=False, allow_null=True, help_text="code; of a product")
    is_published = serializers.BooleanField(required=False)
    order = serializers.IntegerField(min_value=0, max_value=2**15 - 1, required=False)
    reason = ReasonField()


class NewServiceSerializer(ServiceFactsSerializer):
    """A new one. The same unit, kind, name and division are the same entry, and refused when sent with other facts."""

    kind = serializers.ChoiceField(OnlineKind.choices)
    name = serializers.CharField(max_length=60)
    kept_by = serializers.CharField(max_length=MAX_CODE, help_text="code of a unit")


class OnlineServices(Own):
    """Links, phones and guides, and what membership brings."""

    model, joined = OnlineService, ("kept_by", "partner")
    noun, serializer = "online_service", OwnOnlineServiceSerializer
    missing = gettext_lazy("None of the online services that you see has the code “%(code)s”.")
    named: ClassVar[dict[str, Named]] = {"kept_by": unit_named, "division": division_named, "partner": partner_named}


@described(
    get=("office_online_services", "Online services that one's units keep, and those around them, page by page"),
    post=("office_online_services_add", "Enter an online service"),
)
class OwnOnlineServicesView(OnlineServices, Adding, OwnList):
    order, takes = "code", NewServiceSerializer
    narrowed_by: ClassVar = {"kind": OnlineKind.values}

    def add(self, given: dict[str, Any], by: User) -> Any:
        kept_by, reason = given["kept_by"], given.pop("reason")
        refuse_unless_may_keep_services(by, kept_by)
        same = {name: given[name] for name in ("kept_by", "kind", "name")} | {"division": given.get("division")}
        known = OnlineService.objects.filter(**same)
        return once(kept_by, known, lambda: create_service(by=by, reason=reason, **given), **given)


@described(
    get=("office_online_service", "An online service, with what is known of its link"),
    patch=("office_online_service_change", "Change it; hidden is what is not published"),
    delete=("office_online_service_remove", "Remove it"),
)
class OwnOnlineServiceView(OnlineServices, Changing, Removing, OwnItem):
    takes = ServiceFactsSerializer

    def change(self, row: OnlineService, given: dict[str, Any], by: User) -> Any:
        return update_service(by=by, service=row, **given)

    def remove(self, row: OnlineService, by: User) -> None:
        delete_service(by=by, service=row)

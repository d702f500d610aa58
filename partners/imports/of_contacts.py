"""Lists of contacts at partners: a list adds some, and changes none that is here."""

from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from partners.imports.of_partners import own_partners
from partners.models import PartnerContact
from stations.imports.columns import ImportColumn
from stations.imports.kinds import Asking
from stations.imports.plain import Change, PlainColumn, PlainList
from stations.imports.told import told
from stations.policies import refuse_unless_officer

PARTNER = ImportColumn(
    "partner",
    gettext_lazy("Partner"),
    ("合作伙伴", "合作单位", "伙伴编码", "partner"),
    gettext_lazy("Required. Name or code of a partner that your units keep."),
    "济南市快递行业协会",
    width=28,
    is_required=True,
)
NAME = ImportColumn(
    "name",
    pgettext_lazy("list", "Name"),
    ("联系人", "姓名", "name"),
    gettext_lazy("Required. At most 40 characters."),
    "孙秘书长",
    is_required=True,
)
POST = ImportColumn(
    "post", gettext_lazy("Post"), ("职务", "岗位", "post"), gettext_lazy("At most 60 characters."), "秘书长"
)
PHONE = ImportColumn(
    "phone",
    gettext_lazy("Phone"),
    ("电话", "联系电话", "手机", "phone"),
    gettext_lazy("At most 40 characters."),
    "0531-80000000",
    width=18,
)
EMAIL = ImportColumn(
    "email", gettext_lazy("E-mail"), ("邮箱", "电子邮箱", "email"), gettext_lazy("An address."), "", width=24
)
NOTE = ImportColumn("note", gettext_lazy("Note"), ("备注", "note"), gettext_lazy("At most 100 characters."), width=24)


def _refuse_changed(changes: list[Change], _asking: Asking) -> None:
    """History does not keep phone and e-mail, so that no list could give back what it changed."""
    partners = {change.row.values["partner"].pk for change in changes}
    known = set(PartnerContact.objects.filter(partner__in=partners).values_list("partner", "name"))
    for change in changes:
        if (change.row.values["partner"].pk, change.row.values["name"]) in known:
            change.row.error("name", _("It stands here already, with another value. Change it on its page."))


CONTACTS = replace(
    PlainList(
        key="contacts",
        model=PartnerContact,
        title=gettext_lazy("Contacts at partners"),
        lead=gettext_lazy(
            "Each row is somebody to call at a partner that one of your units keeps. Only staff of that unit's line see"
            " it. A list adds contacts, and changes none that is here."
        ),
        columns=(
            PlainColumn(PARTNER, own_partners, "partner__code"),
            told("partner_name", gettext_lazy("Name of the partner"), "partner__name", width=28),
            PlainColumn(NAME),
            PlainColumn(POST),
            PlainColumn(PHONE),
            PlainColumn(EMAIL),
            PlainColumn(NOTE),
        ),
        found_by=("partner", "name", "post", "phone", "email", "note"),
        heads=("partner",),
        refuse=refuse_unless_officer,
        check=_refuse_changed,
        order=("partner__name", "partner__code"),
        most_rows=5_000,
    ).as_kind(),
    is_sealed=True,
)

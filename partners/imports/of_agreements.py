"""Lists of agreements: those that were signed, and drafts."""

from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from harbor_portal.lib.bulk import record_history
from partners.agreement_choices import AgreementKind
from partners.imports.of_partners import any_partner
from partners.models import Agreement, AgreementStation, Plate, Programme
from stations.imports.columns import ImportColumn
from stations.imports.kinds import Asking, Entry
from stations.imports.plain import Change, PlainColumn, PlainList
from stations.imports.related import keys_beside, named, own_units, run_by, several, stations
from stations.imports.told import told
from stations.imports.values import text_reader
from stations.imports.words import USUAL
from stations.policies import refuse_unless_officer

USUAL[AgreementKind] = {
    AgreementKind.CO_BUILDING: "共建协议 共建 合作共建",
    AgreementKind.RECOGNITION: "互挂互认 标识互挂互认 互认",
    AgreementKind.SERVICE: "服务协议 服务",
    AgreementKind.SPONSORSHIP: "赞助协议 赞助 捐赠",
}
LONGEST = 20_000
"""Of a cell that names stations."""
UNIT = ImportColumn(
    "unit",
    gettext_lazy("Our unit"),
    ("我方单位", "签约单位", "单位", "unit"),
    gettext_lazy("Required. The unit of yours that signs: its code, or its path."),
    "中国建设银行/山东省分行/济南分行",
    width=34,
    is_required=True,
)
TITLE = ImportColumn(
    "title",
    gettext_lazy("Title"),
    ("协议名称", "名称", "title"),
    gettext_lazy("Required. At most 100 characters."),
    "户外劳动者服务站点共建协议",
    width=30,
    is_required=True,
)
KIND = ImportColumn(
    "kind",
    gettext_lazy("Kind"),
    ("协议类别", "类别", "类型", "kind"),
    gettext_lazy("Required. One of: %(choices)s."),
    "共建协议",
    is_required=True,
    choices=AgreementKind,
)
NUMBER = ImportColumn(
    "number", gettext_lazy("Number"), ("协议编号", "编号", "number"), gettext_lazy("As it stands on the paper.")
)
PARTNER = ImportColumn(
    "partner",
    gettext_lazy("Partner"),
    ("合作伙伴", "对方单位", "对方", "partner"),
    gettext_lazy("Name or code of a partner."),
    width=28,
)
PROGRAMME = ImportColumn(
    "programme",
    gettext_lazy("Grants the plates of"),
    ("授予标牌", "对方品牌", "programme"),
    gettext_lazy("Name or code of a programme; of mutual recognition required."),
    "工会驿站",
    width=20,
)
OWN_PROGRAMME = ImportColumn(
    "own_programme",
    gettext_lazy("Our programme, recognised by theirs"),
    ("我方品牌", "own programme"),
    gettext_lazy("Name or code of a programme."),
    "劳动者港湾",
    width=20,
)
COVERED = ImportColumn(
    "covered_unit",
    gettext_lazy("Covers all stations of"),
    ("覆盖单位", "适用单位", "covers"),
    gettext_lazy("A unit, with those below it. Or leave it empty and name the stations."),
    width=28,
)
STATIONS = ImportColumn(
    "stations",
    gettext_lazy("Stations"),
    ("站点", "站点编码", "适用站点", "覆盖站点", "stations"),
    gettext_lazy("Codes or names of stations of the unit, divided by 、 or commas; for all days of the agreement."),
    "7K2M9QXA、3N8P4RTB",
    width=30,
)
SINCE = ImportColumn(
    "since",
    gettext_lazy("First day"),
    ("起始日期", "生效日期", "since"),
    gettext_lazy("Required. A day."),
    "2026-01-01",
    "date",
    is_required=True,
)
UNTIL = ImportColumn(
    "until",
    gettext_lazy("Last day"),
    ("截止日期", "到期日期", "until"),
    gettext_lazy("Empty: until further notice."),
    "2026-12-31",
    "date",
)
SIGNED = ImportColumn(
    "signed_date",
    gettext_lazy("Signed on"),
    ("签订日期", "签署日期", "signed"),
    gettext_lazy("The day on which it was signed: then it holds, and grants its plates. Empty: a draft."),
    "2025-12-20",
    "date",
)
SUMMARY = ImportColumn(
    "summary",
    pgettext_lazy("agreement", "What it is about"),
    ("协议内容", "内容摘要", "主要内容", "summary"),
    gettext_lazy("At most 1000 characters. Both sides read it."),
    width=40,
)


def _check(changes: list[Change], asking: Asking) -> None:
    named = {station.pk for change in changes for station in change.row.values.get("stations", ())}
    runs = run_by(named, asking.today)
    for change in changes:
        if change.is_new:
            _check_one(change, runs)
            _check_signed(change, asking.today)
        else:
            key = next(iter(change.was))
            change.row.error(key, _("It stands here already, with another value. Change it on its page."))


def _check_one(change: Change, runs: dict[int, list[str]]) -> None:
    """What drafting one by hand refuses."""
    row, values = change.row, change.row.values
    unit, covered = values["unit"], values.get("covered_unit")
    if covered and not covered.path.startswith(unit.path):
        row.error("covered_unit", _("%(unit)s makes agreements for itself and the units below it.") % {"unit": unit})
    if covered and values.get("stations"):
        sentence = _("It covers all stations of %(unit)s: none is named alone.")
        row.error("stations", sentence % {"unit": covered})
    if values.get("own_programme") and values.get("own_programme") == values.get("programme"):
        row.error("own_programme", _("A programme need not recognise itself."))
    for station in values.get("stations", ()):
        if not any(path.startswith(unit.path) for path in runs.get(station.pk, ())):
            sentence = _("“%(station)s” is run and supervised by other units than %(unit)s.")
            row.error("stations", sentence % {"station": station, "unit": unit})


def _check_signed(change: Change, today: date) -> None:
    """What signing one by hand refuses."""
    values = change.row.values
    if "signed_date" not in values:
        return
    if values["signed_date"] > today:
        change.row.error("signed_date", _("It was signed today or before."))
    if not values.get("covered_unit") and not values.get("stations"):
        change.row.error("stations", _("It covers no station yet: choose a unit, or name the stations."))


def _follow(changes: list[Change], entry: Entry) -> None:
    """The stations that they name."""
    rows = [
        AgreementStation(agreement=change.instance, station=station)
        for change in changes
        for station in change.row.values.get("stations", ())
    ]
    ids = [row.pk for row in AgreementStation.objects.bulk_create(rows, batch_size=2000)]
    record_history(AgreementStation, ids, kind="+", by_id=entry.by.pk, reason=entry.reason)


_PROGRAMMES = named(lambda _by: Programme.objects.all(), "name", "name_en", "code", is_small=True)
_NAMED = AgreementStation.objects.filter(agreement=OuterRef("pk")).order_by("station__code")
_FURTHER = Agreement.more_partners.through.objects.filter(agreement=OuterRef("pk")).order_by("partner__code")

AGREEMENTS = PlainList(
    key="agreements",
    model=Agreement,
    title=gettext_lazy("Agreements"),
    lead=gettext_lazy(
        "Each row is an agreement of one of your units: signed on the day that it says, or a draft without one."
        " Obligations come by a list of their own; further partners and papers are added on its page. A list changes no"
        " agreement that is here."
    ),
    columns=(
        PlainColumn(UNIT, own_units, "unit__code"),
        PlainColumn(TITLE),
        PlainColumn(KIND),
        PlainColumn(NUMBER),
        PlainColumn(PARTNER, any_partner, "partner__code"),
        told(
            "more", gettext_lazy("Further partners"), ArraySubquery(_FURTHER.values("partner__code")), write="、".join
        ),
        PlainColumn(PROGRAMME, _PROGRAMMES, "programme__code"),
        PlainColumn(OWN_PROGRAMME, _PROGRAMMES, "own_programme__code"),
        PlainColumn(COVERED, own_units, "covered_unit__code"),
        PlainColumn(
            STATIONS,
            several(stations),
            ArraySubquery(_NAMED.values("station__code")),
            reader=text_reader(LONGEST),
            is_beside=True,
            stands=keys_beside(AgreementStation.objects.all, "agreement", "station"),
            write="、".join,
        ),
        PlainColumn(SINCE),
        PlainColumn(UNTIL),
        PlainColumn(SUMMARY),
        PlainColumn(SIGNED),
        told("end_reason", gettext_lazy("Why it ended early"), width=28),
    ),
    found_by=("unit", "title", "since"),
    refuse=refuse_unless_officer,
    check=_check,
    follow=_follow,
    # The plates that it grants bear its mark as well: they go with it.
    with_rows=(Plate, AgreementStation),
    order=("-since", "title"),
).as_kind()

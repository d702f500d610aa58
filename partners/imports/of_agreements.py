"""Lists of agreements, which a list only drafts, and of what was promised in them, which only goes out."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from harbor_portal.lib.bulk import record_history
from partners.agreement_choices import AgreementKind, Period
from partners.imports.of_partners import any_partner
from partners.metrics import METRICS
from partners.models import Agreement, AgreementStation, Obligation, Programme
from stations.imports.columns import ImportColumn
from stations.imports.kinds import Asking, Entry
from stations.imports.plain import Change, PlainColumn, PlainList
from stations.imports.related import named, own_units, several, stations
from stations.imports.told import told, told_list
from stations.imports.values import text_reader
from stations.imports.words import USUAL
from stations.models import Posting
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
SUMMARY = ImportColumn(
    "summary",
    gettext_lazy("What it is about"),
    ("协议内容", "内容摘要", "主要内容", "summary"),
    gettext_lazy("At most 1000 characters. Both sides read it."),
    width=40,
)


def _check(changes: list[Change], _asking: Asking) -> None:
    run_by = _run_by({station.pk for change in changes for station in change.row.values.get("stations", ())})
    for change in changes:
        if change.is_new:
            _check_one(change, run_by)
        else:
            key = next(iter(change.was))
            change.row.error(key, _("It stands here already, with another value. Change it on its page."))


def _run_by(stations: set[int]) -> dict[int, list[str]]:
    """The paths of the units that run and supervise each station today. One query."""
    postings = Posting.objects.on(timezone.localdate()).filter(station__in=stations)
    lines = postings.values_list("station", "operator__path", "supervisor__path")
    return {station: [path for path in paths if path] for station, *paths in lines}


def _check_one(change: Change, run_by: dict[int, list[str]]) -> None:
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
        if not any(path.startswith(unit.path) for path in run_by.get(station.pk, ())):
            sentence = _("“%(station)s” is run and supervised by other units than %(unit)s.")
            row.error("stations", sentence % {"station": station, "unit": unit})


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
_AT = Obligation.stations.through.objects.filter(obligation=OuterRef("pk")).order_by("station__code")

AGREEMENTS = PlainList(
    key="agreements",
    model=Agreement,
    title=gettext_lazy("Agreements"),
    lead=gettext_lazy(
        "Each row drafts an agreement of one of your units. Obligations, further partners and papers are added on its"
        " page, where it is signed; a list signs none, and changes none that is here."
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
            write="、".join,
        ),
        PlainColumn(SINCE),
        PlainColumn(UNTIL),
        PlainColumn(SUMMARY),
        told("signed_date", gettext_lazy("Signed on"), kind="date"),
        told("end_reason", gettext_lazy("Why it ended early"), width=28),
    ),
    found_by=("unit", "title", "since"),
    refuse=refuse_unless_officer,
    check=_check,
    follow=_follow,
    with_rows=(AgreementStation,),
    order=("-since", "title"),
).as_kind()


def _metric(code: str) -> str:
    metric = METRICS.get(code)
    return str(metric.title) if metric else code


OBLIGATIONS = told_list(
    "obligations",
    Obligation,
    gettext_lazy("Obligations"),
    gettext_lazy(
        "What was promised is written with its agreement, by the officers of the unit that signs; no list does."
    ),
    (
        told("agreement", gettext_lazy("Agreement"), "agreement__title", width=30),
        told("unit", gettext_lazy("Our unit"), "agreement__unit__code", width=16),
        told("partner", gettext_lazy("Partner"), "agreement__partner__name", width=28),
        told("what", gettext_lazy("What"), width=30),
        told("metric", gettext_lazy("Evidence"), write=_metric, width=20),
        told("detail", gettext_lazy("Of what")),
        told("quantity", gettext_lazy("Quantity"), kind="integer"),
        told("period", gettext_lazy("How often"), choices=Period),
        told("since", gettext_lazy("First day"), Coalesce("since", "agreement__since"), kind="date"),
        told("until", gettext_lazy("Last day"), Coalesce("until", "agreement__until"), kind="date"),
        told(
            "stations", gettext_lazy("At these stations"), ArraySubquery(_AT.values("station__code")), write="、".join
        ),
        told("day", gettext_lazy("As of"), "standing__day", kind="date"),
        told("done", gettext_lazy("Done"), "standing__done", kind="integer"),
        told("expected", gettext_lazy("Expected by then"), "standing__expected", kind="integer"),
        told("behind", gettext_lazy("Behind"), "standing__is_behind"),
    ),
    order=("agreement__title", "pk"),
)

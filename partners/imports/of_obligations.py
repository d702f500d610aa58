"""Lists of what was promised in agreements, with how it stands."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from harbor_portal.lib.errors import Invalid
from partners.agreement_choices import Period
from partners.agreement_policies import is_over, why_over
from partners.imports.of_agreements import LONGEST
from partners.metrics import METRICS, Metric
from partners.models import Agreement, Obligation
from partners.promises import details_of, refuse_nonsense
from stations.choices import Role
from stations.imports.columns import ImportColumn
from stations.imports.kinds import Asking, Entry
from stations.imports.plain import Change, PlainColumn, PlainList
from stations.imports.readers import title_reader
from stations.imports.related import PARTED, Finder, in_parts, keys_beside, several, stations
from stations.imports.told import told
from stations.imports.undoing import Undoing, traces_of
from stations.imports.values import text_reader
from stations.imports.words import USUAL, folded
from stations.models import User
from stations.policies import refuse_unless_officer
from stations.querysets import in_subtrees
from stations.scope import scope_of

USUAL[Period] = {
    Period.DAY: "每天 每日 日 天",
    Period.MONTH: "每月 月",
    Period.YEAR: "每年 年",
    Period.TOTAL: "合计 总共 共计 总量",
}
AGREEMENT = ImportColumn(
    "agreement",
    gettext_lazy("Agreement"),
    ("协议", "协议名称", "agreement"),
    gettext_lazy(
        "Required. Its title; where several are called so, with its first day, or with the code of our unit and the"
        " first day before it."
    ),
    "CCB-JN · 2026-01-01 · 户外劳动者服务站点共建协议",
    width=40,
    is_required=True,
)
WHAT = ImportColumn(
    "what",
    gettext_lazy("What"),
    ("义务内容", "约定内容", "内容", "what"),
    gettext_lazy("Required. At most 120 characters."),
    "七月每天 300 杯冰水",
    width=30,
    is_required=True,
)
METRIC = ImportColumn(
    "metric",
    gettext_lazy("Evidence"),
    ("统计依据", "依据", "指标", "evidence"),
    gettext_lazy("What is counted, as the page of the agreement calls it. Empty: nothing is counted."),
    "",
    width=20,
)
DETAIL = ImportColumn(
    "detail",
    gettext_lazy("Of what"),
    ("具体项目", "项目", "detail"),
    gettext_lazy("The supply, the kind of activity or the group, by its name or code, where it is of one only."),
    "",
)
QUANTITY = ImportColumn(
    "quantity",
    gettext_lazy("Quantity"),
    ("数量", "quantity"),
    gettext_lazy("Required. A whole number."),
    "300",
    "integer",
    is_required=True,
)
PERIOD = ImportColumn(
    "period",
    gettext_lazy("How often"),
    ("周期", "频次", "period"),
    gettext_lazy("Required. One of: %(choices)s."),
    "每天",
    is_required=True,
    choices=Period,
)
SINCE = ImportColumn(
    "since",
    gettext_lazy("First day"),
    ("起始日期", "since"),
    gettext_lazy("Empty: the first day of the agreement."),
    "2026-07-01",
    "date",
)
UNTIL = ImportColumn(
    "until",
    gettext_lazy("Last day"),
    ("截止日期", "until"),
    gettext_lazy("Empty: the last day of the agreement."),
    "2026-07-31",
    "date",
)
STATIONS = ImportColumn(
    "stations",
    gettext_lazy("At these stations"),
    ("站点", "站点编码", "适用站点", "stations"),
    gettext_lazy("Codes or names, divided by 、 or commas. Empty: at all that the agreement covers, together."),
    "",
    width=30,
)


def _kept(by: User) -> QuerySet[Any]:
    """Agreements of units of which the person is an officer."""
    scope, rows = scope_of(by), Agreement.objects.select_related("unit")
    return rows if scope.everything else rows.filter(in_subtrees(scope.paths_as(Role.OFFICER), "unit"))


def _titles() -> dict[str, Any]:
    return {code: metric.title for code, metric in METRICS.items()}


@dataclass(frozen=True)
class _Details:
    """Of all metrics together: whether a detail belongs to the metric of its row is asked afterwards."""

    by_word: dict[str, set[str]]

    def find(self, text: str) -> str:
        found = self.by_word.get(folded(text), set())
        if len(found) != 1:
            raise ValueError(_("“%(text)s” is nothing that is counted here. Write its code.") % {"text": text})
        return next(iter(found))


def _details(_texts: set[str], _asking: Asking) -> Finder:
    """A few queries, for the catalogues that metrics are of."""
    words: dict[str, set[str]] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            pairs = [pair for metric in METRICS.values() for pair in metric.details()]
        for code, word in pairs:
            words.setdefault(folded(str(word)), set()).add(code)
    codes = {folded(code): {code} for found in list(words.values()) for code in found}
    return _Details(words | codes)


def _check(changes: list[Change], asking: Asking) -> None:
    """What promising by hand refuses."""

    @cache
    def details(code: str) -> Collection[str]:
        return details_of(METRICS[code])

    def look(metric: Metric) -> Collection[str]:
        return details(metric.code)

    for change in changes:
        row, agreement = change.row, change.row.values["agreement"]
        change.instance.agreement = agreement
        if is_over(agreement, asking.today):
            row.error("agreement", why_over(agreement))
        if "stations" in change.was:
            row.error("stations", _("It stands here already, with another value. Change it on its page."))
        try:
            refuse_nonsense(change.instance, look)
        except Invalid as error:
            row.error(error.field, str(error))


def _follow(changes: list[Change], _entry: Entry) -> None:
    """At which stations."""
    through: Any = Obligation.stations.through
    through.objects.bulk_create(
        (
            through(obligation_id=change.instance.pk, station_id=station.pk)
            for change in changes
            for station in change.row.values.get("stations", ())
        ),
        batch_size=2000,
    )


def let_go_of_stations(undoing: Undoing) -> None:
    """Of the obligations that a list made; should it not be taken back after all, the transaction brings them back."""
    [trace] = traces_of([Obligation], undoing)
    through: Any = Obligation.stations.through
    through.objects.filter(obligation__in=trace.made).delete()


def _metric(code: str) -> str:
    metric = METRICS.get(code)
    return str(metric.title) if metric else code


_AT: Any = Obligation.stations.through
_NAME = Concat(
    "agreement__unit__code", Value(PARTED), Cast("agreement__since", CharField()), Value(PARTED), "agreement__title"
)

OBLIGATIONS = PlainList(
    key="obligations",
    model=Obligation,
    title=gettext_lazy("Obligations"),
    lead=gettext_lazy(
        "Each row is something that was promised in an agreement of a unit of yours. An obligation is found by its"
        " agreement, its words, what counts for it, and its first day; nothing is deleted by a list."
    ),
    columns=(
        PlainColumn(
            AGREEMENT,
            in_parts(_kept, "title", lambda row: (row.unit.code, row.since.isoformat(), row.title)),
            _NAME,
        ),
        told("unit", gettext_lazy("Our unit"), "agreement__unit__code", width=16),
        told("partner", gettext_lazy("Partner"), "agreement__partner__name", width=28),
        PlainColumn(WHAT),
        PlainColumn(METRIC, reader=title_reader(_titles), write=_metric),
        PlainColumn(DETAIL, _details),
        PlainColumn(QUANTITY),
        PlainColumn(PERIOD),
        PlainColumn(SINCE),
        PlainColumn(UNTIL),
        PlainColumn(
            STATIONS,
            several(stations),
            ArraySubquery(
                _AT.objects.filter(obligation=OuterRef("pk")).order_by("station__code").values("station__code")
            ),
            reader=text_reader(LONGEST),
            is_beside=True,
            stands=keys_beside(_AT.objects.all, "obligation", "station"),
            write="、".join,
        ),
        told("day", gettext_lazy("As of"), "standing__day", kind="date"),
        told("done", gettext_lazy("Done"), "standing__done", kind="integer"),
        told("expected", gettext_lazy("Expected by then"), "standing__expected", kind="integer"),
        told("behind", gettext_lazy("Behind"), "standing__is_behind"),
    ),
    found_by=("agreement", "what", "metric", "detail", "since"),
    heads=("agreement", "what", "quantity"),
    refuse=refuse_unless_officer,
    check=_check,
    follow=_follow,
    order=("agreement__title", "pk"),
    most_rows=2_000,
).as_kind()

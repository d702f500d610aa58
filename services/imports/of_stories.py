"""Lists of stories: a list writes drafts, and changes none that is here."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.db.models import Case, CharField, F, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from partners.imports.of_partners import any_partner, in_care
from services.imports.of_activities import seen_stations
from services.models import Story
from services.story_choices import StoryState
from stations.imports.columns import ImportColumn
from stations.imports.kinds import Asking, Cells
from stations.imports.plain import Change, PlainColumn, PlainList
from stations.imports.related import named, own_units
from stations.imports.told import told
from stations.models import User
from stations.policies import refuse_unless_officer

SLUG = ImportColumn(
    "slug",
    pgettext_lazy("list", "Code"),
    ("编码", "故事编码", "slug"),
    gettext_lazy("Made by the portal. Leave it empty for a new one."),
)
TITLE = ImportColumn(
    "title",
    gettext_lazy("Title"),
    ("故事标题", "标题", "title"),
    gettext_lazy("Required of a new one. At most 80 characters."),
    "一碗热汤",
    width=30,
)
LEAD = ImportColumn(
    "lead",
    gettext_lazy("In two sentences"),
    ("导语", "摘要", "lead"),
    gettext_lazy("At most 200 characters."),
    width=40,
)
BODY = ImportColumn(
    "body",
    gettext_lazy("Story"),
    ("正文", "故事", "body"),
    gettext_lazy("At most 8000 characters; empty lines divide paragraphs."),
    width=60,
)
UNIT = ImportColumn(
    "unit",
    gettext_lazy("Unit"),
    ("撰写单位", "单位", "unit"),
    gettext_lazy("Required. The unit of yours that tells it: its code, or its path."),
    "中国建设银行/山东省分行/济南分行",
    width=30,
    is_required=True,
)
STATION = ImportColumn(
    "station",
    gettext_lazy("Station"),
    ("站点编码", "站点", "站点名称", "station"),
    gettext_lazy("Where it happened: code or name."),
    "7K2M9QXA",
)
PARTNER = ImportColumn(
    "partner",
    gettext_lazy("Partner"),
    ("合作伙伴", "partner"),
    gettext_lazy("Name or code of a partner."),
    width=24,
)
SHOWS = ImportColumn(
    "shows_person",
    gettext_lazy("Shows or names a person"),
    ("涉及个人", "出现人物", "shows a person"),
    gettext_lazy("是 or 否. Empty: 是; then everybody whom it shows agrees first, which is noted on its page."),
    "是",
)


def _told(key: str) -> Any:
    """What a story says, as long as everybody whom it shows agrees."""
    return Case(When(may_be_told=True, then=F(key)), default=Value(""), output_field=CharField())


def _check(changes: list[Change], _asking: Asking) -> None:
    for change in changes:
        if not change.is_new:
            sentence = _("It stands here already, with another value. Change it on its page.")
            change.row.error(next(iter(change.was)), sentence)
        elif not change.instance.title:
            change.row.error("title", _("This must not be empty."))


def _own(rows: QuerySet[Any], by: User) -> QuerySet[Any]:
    return in_care(rows, by, "unit")


_LIST = PlainList(
    key="stories",
    model=Story,
    title=gettext_lazy("Stories"),
    lead=gettext_lazy(
        "Each row is the draft of a story of a unit of yours. Pictures and who agreed are added on its page, and"
        " somebody else reviews it there; a list changes no story that is here."
    ),
    columns=(
        PlainColumn(SLUG),
        PlainColumn(TITLE, shown=_told("title")),
        PlainColumn(LEAD, shown=_told("lead")),
        PlainColumn(BODY, shown=_told("body")),
        PlainColumn(UNIT, own_units, "unit__code"),
        PlainColumn(STATION, named(seen_stations, "code", "name"), "station__code"),
        PlainColumn(PARTNER, any_partner, "partner__code"),
        PlainColumn(SHOWS),
        told("state", gettext_lazy("Status"), choices=StoryState),
        told("written_at", gettext_lazy("Written at"), width=18),
        told("published_at", gettext_lazy("Published at"), width=18),
        told("withdrawn_at", gettext_lazy("Withdrawn at"), width=18),
    ),
    found_by=("unit", "title"),
    code="slug",
    refuse=refuse_unless_officer,
    care=_own,
    new=lambda asking: {"written_by": asking.by, "written_at": timezone.now()},
    check=_check,
    order=("written_at",),
    most_rows=5_000,
).as_kind()


def _export(rows: QuerySet[Any], by: User) -> Iterable[Cells]:
    stories: Any = rows
    return _LIST.export(stories.with_may_be_told(timezone.localdate()), by)


STORIES = replace(_LIST, export=_export, is_sealed=True)

"""Lists of a plain table: a declaration names the columns and by which of them a row is found; the rest follows.

Each column is a field of the model, read as that field and written so that it is read as the same value. What a list
does to a row goes into its history under the list's reason, and is taken back by it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Model, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from harbor_portal.lib.errors import Refused
from stations.choices import Role
from stations.imports.columns import ImportColumn, Text
from stations.imports.constraints import broken_constraints, columns_in
from stations.imports.kinds import Asking, Cells, Entry, ListKind, Plan
from stations.imports.plain_writing import enter_changes, take_back
from stations.imports.readers import reader_of, written
from stations.imports.related import LoadFinder
from stations.imports.sheets import Row
from stations.imports.undoing import Undoing
from stations.imports.values import Reader
from stations.models import User
from stations.scope import Scope, scope_of


@dataclass(frozen=True)
class PlainColumn:
    """A column whose key is the name of a field of the model."""

    column: ImportColumn
    load: LoadFinder | None = None
    """Of a column that names a row of another table."""
    shown: str | F | Any = ""
    """What the export writes: a path from the row, or an expression; by default the field."""
    reader: Reader | None = None
    """Where the field alone does not say what may stand in the cell."""
    is_told: bool = False
    """For reading only: written by the export, and passed over when it comes back."""
    is_beside: bool = False
    """Kept in rows of its own, which `follow` writes; the row itself does not hold it."""
    stands: Callable[[Sequence[int]], Mapping[int, Any]] | None = None
    """Of what is kept beside: by row what stands there; absent where nothing does. Rows are told as sets of keys."""
    write: Callable[[Any], Any] = lambda value: value
    """What the export makes of the value that it finds."""
    is_own: bool = False
    """Of a column that names the unit whose row it is: what is new, or changes, is written by officers of that unit."""


@dataclass
class Change:
    """What a row asks for: `instance` is as it shall be, `was` holds what differs as it stands."""

    row: Row
    instance: Any
    is_new: bool
    was: dict[str, Any] = field(default_factory=dict)
    heads: Sequence[str] = ()
    beside: set[str] = field(default_factory=set)
    """Fields of no column that follow from what differs, and are written with it."""

    @property
    def shown(self) -> list[str]:
        return [str(self.row.number), *(self.row.cells.get(key, "") for key in self.heads), self._differs()]

    def _differs(self) -> str:
        if self.is_new:
            return ""
        titles = ((name, self.row.titles.get(name, (name, 0))[0]) for name in self.was)
        return "; ".join(f"{title}: {self.was[name] or '—'} → {self.row.cells.get(name, '')}" for name, title in titles)


Check = Callable[[list[Change], Asking], None]
"""Says what is wrong with rows that are right cell by cell, by `change.row.error`; a constant number of queries."""


@dataclass(frozen=True)
class PlainList:
    """The declaration."""

    key: str
    model: type[Model]
    title: Text
    lead: Text
    columns: Sequence[PlainColumn]
    refuse: Callable[[User], None]
    found_by: Sequence[str]
    """The fields that together tell any two rows apart."""
    code: str = ""
    """The field of a code that the portal makes: a row that has it is found by it, and may change the rest."""
    among: Callable[[QuerySet[Any]], QuerySet[Any]] = lambda rows: rows
    """Of the rows that are there, those that a list may mean."""
    heads: Sequence[str] = ()
    """Keys of the columns that the page shows of each row; by default those by which it is found."""
    care: Callable[[QuerySet[Any], User], QuerySet[Any]] = lambda rows, _by: rows
    """Of rows that exist, those that the person may change; needed where `found_by` does not already decide it."""
    new: Callable[[Asking], Mapping[str, Any]] = lambda _asking: {}
    """What a new row holds beside its columns."""
    check: Check = lambda _changes, _asking: None
    follow: Callable[[list[Change], Entry], None] = lambda _changes, _entry: None
    """Writes what belongs to rows that are new, after them."""
    with_rows: Sequence[type[Model]] = ()
    """Of what `follow` writes, the tables with history of their own: taken back together."""
    touched: Callable[[Sequence[Any]], None] = lambda _rows: None
    """Follows what was written or taken back, in the same transaction: marks the map and the like."""
    order: Sequence[str] = ()
    most_rows: int = 20_000

    def as_kind(self) -> ListKind:
        return ListKind(
            key=self.key,
            model=self.model,
            title=self.title,
            lead=self.lead,
            heads=(gettext_lazy("Row"), *self._titles(), gettext_lazy("What changes")),
            columns=lambda: [each.column for each in self.columns],
            readers=lambda: readers_of(self),
            refuse=self.refuse,
            compare=lambda rows, _notes, asking: compare(self, rows, asking),
            enter=self._enter,
            undo=self._undo,
            export=lambda rows, _by: export(self, rows),
            most_rows=self.most_rows,
        )

    @property
    def shown_heads(self) -> Sequence[str]:
        return self.heads or self.found_by

    def _titles(self) -> list[Text]:
        titles = {each.column.key: each.column.title for each in self.columns}
        return [titles[key] for key in self.shown_heads]

    def _enter(self, plan: Plan, entry: Entry) -> None:
        creates = list(plan.creates)
        rows = enter_changes(self.model, creates, list(plan.updates), entry)
        self.follow(creates, entry)
        self.touched(rows)

    def _undo(self, undoing: Undoing) -> None:
        self.touched(take_back([*self.with_rows, self.model], undoing))


def readers_of(plain: PlainList) -> Mapping[str, Reader]:
    def reader(each: PlainColumn) -> Reader:
        if each.is_told:
            return lambda _cell, _warn: None
        return each.reader or reader_of(plain.model._meta.get_field(each.column.key), each.column.choices)

    return {each.column.key: reader(each) for each in plain.columns}


def compare(plain: PlainList, rows: list[Row], asking: Asking) -> Plan:
    """A query for each column that names another table, and one for the rows that exist."""
    resolve(plain, rows, asking)
    known, scope = _known(plain, rows, asking), scope_of(asking.by)
    for row in rows:
        if row.wrong:
            _refuse_strange_unit(plain, row, scope)
    seen: dict[tuple[Any, ...], Row] = {}
    changes = [
        change
        for row in asking.counted(rows)
        if not row.wrong and (change := _change(plain, row, known, seen, asking)) is not None
    ]
    _compare_beside(plain, changes)
    changes = [change for change in changes if _is_own_to_ask(plain, change, known, scope)]
    asked = [change for change in changes if change.is_new or change.was]
    plain.check(asked, asking)
    _ask_constraints(plain, [change for change in asked if not change.row.wrong])
    good = [change for change in changes if not change.row.wrong]
    return Plan(
        creates=[change for change in good if change.is_new],
        updates=[change for change in good if not change.is_new and change.was],
        unchanged=sum(1 for change in good if not change.is_new and not change.was),
        today=asking.today,
    )


def resolve(plain: PlainList, rows: list[Row], asking: Asking) -> None:
    """Put the rows that cells name in the place of their names."""
    for each in plain.columns:
        if each.load is None:
            continue
        key = each.column.key
        texts = {row.values[key] for row in rows if key in row.values}
        finder = each.load(texts, asking)
        for row in rows:
            if key in row.values:
                try:
                    row.values[key] = finder.find(row.values[key])
                except ValueError as error:
                    row.error(key, str(error))


def _ask_constraints(plain: PlainList, changes: list[Change]) -> None:
    keys = [each.column.key for each in plain.columns if not each.is_told and not each.is_beside]
    columns = {plain.model._meta.get_field(key).column: key for key in keys}  # type: ignore[union-attr]  # columns
    for at, sentence, text in broken_constraints(plain.model, [change.instance for change in changes]):
        row = changes[at].row
        concerned = [key for column, key in columns.items() if {column, key} & columns_in(text)]
        row.error(next((key for key in reversed(concerned) if key in row.values), plain.found_by[0]), sentence)


@dataclass(frozen=True)
class _Known:
    by_key: Mapping[tuple[Any, ...], Any]
    by_code: Mapping[str, Any]
    in_care: frozenset[int]
    in_sight: frozenset[int]


def _known(plain: PlainList, rows: list[Row], asking: Asking) -> _Known:
    keys = [_key(plain, row) for row in rows if not row.wrong]
    given = Q()
    for at, name in enumerate(plain.found_by):
        values = {key[at] for key in keys}
        given &= Q(**{f"{name}__in": values - {None}}) | (Q(**{name: None}) if None in values else Q())
    codes = {row.values[plain.code] for row in rows if plain.code and plain.code in row.values}
    if codes:
        given |= Q(**{f"{plain.code}__in": codes})
    found = plain.among(plain.model._base_manager.filter(given)).order_by("pk")
    if asking.is_to_last:
        found = found.select_for_update(of=("self",))
    names = [plain.model._meta.get_field(name).attname for name in plain.found_by]  # type: ignore[union-attr]  # columns
    by_key = {tuple(getattr(row, name) for name in names): row for row in found}
    by_code = {getattr(row, plain.code): row for row in found} if plain.code else {}
    ids = [row.pk for row in found]
    mine = plain.care(plain.model._base_manager.filter(pk__in=ids), asking.by).values_list("pk", flat=True)
    seen: Any = plain.model._default_manager.filter(pk__in=ids)
    if hasattr(seen, "visible_to"):
        seen = seen.visible_to(asking.by)
    return _Known(by_key, by_code, frozenset(mine), frozenset(seen.values_list("pk", flat=True)))


def _key(plain: PlainList, row: Row) -> tuple[Any, ...]:
    return tuple(_pk(row.values.get(name, _blank(plain.model, name))) for name in plain.found_by)


def _blank(model: Any, name: str) -> Any:
    """What a field holds where nothing was said."""
    one = model._meta.get_field(name)
    return "" if one.empty_strings_allowed and not one.null else None


def _pk(value: Any) -> Any:
    return value.pk if isinstance(value, Model) else value


def _change(
    plain: PlainList, row: Row, known: _Known, seen: dict[tuple[Any, ...], Row], asking: Asking
) -> Change | None:
    key, code = _key(plain, row), row.values.get(plain.code, "")
    # A row with a code is that row, whatever it is called by now: another one may be called the same.
    if seen.setdefault(key, row) is not row and code not in known.by_code:
        row.error(plain.found_by[0], _("%(row)s says the same. Keep one of them.") % {"row": seen[key].place})
        return None
    instance = known.by_code.get(code) or known.by_key.get(key)
    if instance is not None and code and getattr(instance, plain.code) != code:
        row.error(plain.code, _("“%(row)s” stands here with another code.") % {"row": instance})
        return None
    if instance is None and code:
        row.error(plain.code, _("Nothing here has this code. Leave it empty for a new one."))
        return None
    if instance is not None and (first := seen.setdefault((plain.code, instance.pk), row)) is not row:
        row.error(plain.found_by[0], _("%(row)s says the same. Keep one of them.") % {"row": first.place})
        return None
    change = Change(row, instance or plain.model(**plain.new(asking)), is_new=instance is None, heads=plain.shown_heads)
    _give(plain, change)
    _clean(plain, change)
    return change


def _is_own_to_ask(plain: PlainList, change: Change, known: _Known, scope: Scope) -> bool:
    """Also of others' rows a list may say what is there already, as an export of all that one sees does."""
    row, pk = change.row, change.instance.pk
    if not change.is_new and not change.was and pk in known.in_sight:
        return True
    if _refuse_strange_unit(plain, row, scope):
        return False
    if not change.is_new and pk not in known.in_care:
        row.error(plain.found_by[0], _("This is kept by other units than yours; a list of yours does not change it."))
        return False
    return True


def _refuse_strange_unit(plain: PlainList, row: Row, scope: Scope) -> bool:
    for each in plain.columns:
        key = each.column.key
        unit = row.values.get(key) if each.is_own and key not in row.wrong else None
        if unit is not None and not scope.holds(unit.path, Role.OFFICER):
            row.error(key, _("“%(unit)s” is not one of your units.") % {"unit": unit})
            return True
    return False


def _give(plain: PlainList, change: Change) -> None:
    """The values of the row to the instance; what is left empty stays."""
    for each in plain.columns:
        name = each.column.key
        if each.is_told or each.is_beside or name not in change.row.values:
            continue
        value, one = change.row.values[name], plain.model._meta.get_field(name)
        stood = getattr(change.instance, one.attname)  # type: ignore[union-attr]  # a column
        if _read(stood) != _pk(value):
            change.was[name] = written(stood, each.column.choices)
            setattr(change.instance, name if isinstance(value, Model) else one.attname, value)  # type: ignore[union-attr]


def _compare_beside(plain: PlainList, changes: list[Change]) -> None:
    """What rows that are here keep beside them, where the list says otherwise. A query for each such column."""
    for each in plain.columns:
        key = each.column.key
        known = [change for change in changes if not change.is_new and key in change.row.values]
        if each.stands is None or not known:
            continue
        stood = each.stands([change.instance.pk for change in known])
        for change in known:
            given, was = change.row.values[key], stood.get(change.instance.pk)
            if isinstance(given, list):
                given, was = {row.pk for row in given}, set(was or ())
            if given != was:
                change.was[key] = str(len(was)) if isinstance(was, set) else str(was or "")


def _read(stood: Any) -> Any:
    """What stands there, as its cell is read: lines end in one way, and spaces within them are single."""
    if not isinstance(stood, str):
        return stood
    return "\n".join(" ".join(line.split()) for line in stood.splitlines()).strip("\n")


def _clean(plain: PlainList, change: Change) -> None:
    """What the fields themselves refuse. Rows of other tables were found a moment ago."""
    names = {each.column.key for each in plain.columns}
    passed = {one.name for one in plain.model._meta.concrete_fields if one.is_relation or one.name not in names}
    try:
        change.instance.clean_fields(exclude=passed)
    except ValidationError as error:
        for name, sentences in error.message_dict.items():
            change.row.error(name, sentences[0])


def export(plain: PlainList, rows: QuerySet[Any]) -> Iterable[Cells]:
    if rows.order_by()[: plain.most_rows + 1].count() > plain.most_rows:
        most = {"most": f"{plain.most_rows:,}"}
        raise Refused(_("These are more than %(most)s rows. Filter the list, and take it in parts.") % most)
    return _cells(plain, rows)


def _cells(plain: PlainList, rows: QuerySet[Any]) -> Iterator[Cells]:
    shown = {
        f"cell_{each.column.key}": F(each.shown or each.column.key) if isinstance(each.shown, str) else each.shown
        for each in plain.columns
    }
    ordered = rows.select_related(None).annotate(**shown).order_by(*plain.order or plain.found_by, "pk")
    for values in ordered.values_list(*shown).iterator(5000):
        pairs = zip(plain.columns, values, strict=True)
        yield {each.column.key: written(each.write(value), each.column.choices) for each, value in pairs}

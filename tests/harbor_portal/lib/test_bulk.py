"""Many rows at once, with ids and history."""

import gc
from datetime import UTC, datetime

import pytest
import time_machine

from harbor_portal.lib.bulk import collector_paused, insert_rows, next_ids, record_history, update_rows
from stations.models import Amenity, User
from tests.factories import make_amenity, make_user

THEN = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
FIELDS = ("id", "code", "name", "name_en", "tier", "icon", "order")


def test_rows_are_inserted_with_ids_known_before(db: None) -> None:
    first, second = next_ids(Amenity, 2)
    insert_rows(
        Amenity, FIELDS, [(first, "a", "甲\t乙", "A", "basic", "", 1), (second, "b", "丙", "B", "basic", "", 2)]
    )
    assert dict(Amenity.objects.values_list("pk", "name")) == {first: "甲\t乙", second: "丙"}
    assert make_amenity().pk > second


def test_rows_are_updated_by_key(db: None) -> None:
    water, toilet = make_amenity(), make_amenity("toilet")
    update_rows(Amenity, ("name", "order"), [(water.pk, "饮水", 7)])
    update_rows(Amenity, ("name",), [(toilet.pk, "卫生间")])
    assert list(Amenity.objects.order_by("pk").values_list("name", "order")) == [("饮水", 7), ("卫生间", 0)]


def test_history_is_what_a_single_save_would_write(db: None) -> None:
    user: User = make_user()
    (pk,) = next_ids(Amenity, 1)
    insert_rows(Amenity, FIELDS, [(pk, "a", "甲", "A", "basic", "", 1)])
    with time_machine.travel(THEN, tick=False):
        record_history(Amenity, [pk], kind="+", by_id=user.pk, reason="清单")
    record = Amenity.objects.get(pk=pk).history.get()
    assert (record.history_type, record.history_user, record.history_change_reason) == ("+", user, "清单")
    assert (record.instance.name, record.history_date) == ("甲", THEN)


def test_no_rows_write_no_history(db: None) -> None:
    record_history(Amenity, [], kind="+", by_id=None, reason="")
    assert not Amenity.history.exists()


def test_an_unknown_attribute_is_an_error(db: None) -> None:
    with pytest.raises(ValueError, match="Amenity has no attribute colour"):
        insert_rows(Amenity, ("colour",), [])


def test_the_collector_is_as_before_after_a_pause() -> None:
    with collector_paused():
        assert not gc.isenabled()
        with collector_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()

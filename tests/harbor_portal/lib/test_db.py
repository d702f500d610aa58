"""A transaction that sees one moment."""

import pytest
from django.db import connection, transaction

from harbor_portal.lib.db import one_snapshot
from harbor_portal.lib.errors import StaleState
from stations.models import Unit
from tests.beside import done_beside
from tests.factories import make_unit

pytestmark = pytest.mark.django_db(transaction=True)


def rename(unit: Unit, name: str) -> None:
    Unit.objects.filter(pk=unit.pk).update(name=name)


def test_it_sees_what_its_first_statement_saw() -> None:
    unit = make_unit("甲")
    with one_snapshot():
        assert Unit.objects.get().name == "甲"
        done_beside(lambda: rename(unit, "乙"))
        assert Unit.objects.get().name == "甲"
    assert Unit.objects.get().name == "乙"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SHOW transaction_isolation")
        assert cursor.fetchone() == ("read committed",), "the next transaction is as any other"


def _rename_what_is_renamed_meanwhile(unit: Unit) -> None:
    with one_snapshot():
        make_unit("丙")
        done_beside(lambda: rename(unit, "乙"))
        rename(unit, "丁")


def test_what_somebody_else_changed_meanwhile_is_not_changed_again() -> None:
    unit = make_unit("甲")
    with pytest.raises(StaleState):
        _rename_what_is_renamed_meanwhile(unit)
    assert [one.name for one in Unit.objects.all()] == ["乙"], "nothing of it remains"

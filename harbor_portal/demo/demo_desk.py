"""What is on the desks of the demo's keepers: supplies, a note to the officer, and the word of a colleague who left."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from harbor_portal.demo.demo_people import SAMPLE
from services.actions.desk import hand_over, write_note
from services.actions.supplies import Supply, move_supply
from services.choices import SupplyMove
from services.models import SupplyItem
from stations.models import Station, User

STOCKS = (("water_bottles", 120, None), ("cold_medicine", 2, 20), ("iodine", 4, 240), ("band_aids", 60, 400))
"""Code, how many came in, and how many days they keep."""
GIVEN_OUT = 18
NOTE = f"纸杯快用完了，请补两箱{SAMPLE}"
WORD = f"早班一切正常，下午有人送饮用水{SAMPLE}"


def furnish_desks(stations: Sequence[Station], keeper: User, colleague: User, now: datetime) -> None:
    for station in stations:
        for code, quantity, days in STOCKS:
            expires = now.date() + timedelta(days=days) if days else None
            supply = Supply(SupplyItem.objects.get(code=code), SupplyMove.IN, quantity, expires)
            move_supply(station=station, supply=supply, day=now.date(), by=keeper)
        given = Supply(SupplyItem.objects.get(code="water_bottles"), SupplyMove.OUT, GIVEN_OUT)
        move_supply(station=station, supply=given, day=now.date(), by=keeper)
    write_note(station=stations[0], text=NOTE, by=keeper)
    hand_over(station=stations[0], by=colleague, text=WORD)

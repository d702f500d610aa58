"""Pictures and honours for some of the demo's stations: drawings, and titles that nobody awards."""

from collections.abc import Iterable
from datetime import date

from harbor_portal.demo.drawings import front, inside
from stations.actions.honours import add_honour
from stations.actions.showing import add_photo, read_photo
from stations.choices import HonourLevel
from stations.models import Station, User

PICTURES = (("示意图：站点门面", front), ("示意图：休息区", inside))
HONOURS = (
    ("示范服务站点（示例）", HonourLevel.PROVINCE, 1, None),
    ("优秀服务站点（示例）", HonourLevel.CITY, 0, 2),
    ("暖心服务站点（示例）", HonourLevel.DISTRICT, 2, None),
)
"""Title, level, how many years ago, and after how many years it expires."""
SHOWN = 4


def decorate(stations: Iterable[Station], by: User, today: date, reason: str) -> None:
    """Each with a drawing of its front and its inside in the colour of its plate; each has one honour less."""
    for number, station in enumerate(stations):
        plate = station.plates.select_related("programme").order_by("pk").first()
        colour = plate.programme.colour if plate else "#0b6e6e"
        for caption, draw in PICTURES:
            pictures = read_photo(draw(colour, station.pk))
            add_photo(by=by, station=station, pictures=pictures, caption=caption, reason=reason)
        for title, level, ago, valid in HONOURS[number:]:
            expires = date(today.year - ago + valid, 12, 31) if valid else None
            add_honour(
                by=by,
                station=station,
                title=title,
                level=level,
                year=today.year - ago,
                expires_date=expires,
                reason=reason,
            )

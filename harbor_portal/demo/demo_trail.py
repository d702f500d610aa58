"""A change that can be taken back, one on which another was built, and a list that somebody took along."""

from harbor_portal.demo.demo_people import SAMPLE
from stations.actions.stations import update_station
from stations.choices import DownloadKind
from stations.models import Download, Station, User

PHONE = "0531-00000000"


def leave_trail(station: Station) -> None:
    officer, admin = User.objects.get(username="officer"), User.objects.get(username="admin")
    update_station(by=officer, station=station, phone=PHONE, seats=8, reason=f"新装电话，添了座位{SAMPLE}")
    update_station(by=admin, station=station, seats=10, reason=f"清点后更正{SAMPLE}")
    update_station(by=officer, station=station, phone="", reason=f"电话已停用{SAMPLE}")
    Download.objects.create(user=officer, kind=DownloadKind.LIST, about=f"站点{SAMPLE}", format="xlsx", rows=1)

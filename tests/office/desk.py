"""Short ways to the first page of the back office."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.test import Client

from harbor_portal.desk.page import Desk
from stations.models import User

SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 11, 18)
ROLES = ["keeper", "officer", "official", "auditor", "admin"]
NOON = datetime(2026, 11, 18, 12, 0, tzinfo=SHANGHAI)


def as_(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def desk(user: User) -> Desk:
    found: Desk = as_(user).get("/admin/").context["desk"]
    return found


def figures(user: User) -> dict[str, int]:
    """By what stands behind the question mark of each link, or its page; findings, which are asked alike, say so."""
    found = {}
    for figure in desk(user).work:
        page, _mark, query = figure.url.rpartition("?")
        found["finding?" * page.endswith("/finding/") + query] = figure.count
    return found


def shown(client: Client, address: str) -> int:
    response = client.get(address)
    assert response.status_code == 200, address
    found: int = response.context["cl"].result_count if "cl" in response.context else response.context["shown"]
    return found

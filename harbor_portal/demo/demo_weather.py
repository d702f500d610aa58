"""Heat or cold in the demo: one alert that fits the season and runs now."""

from datetime import date, timedelta

from stations.actions.alerts import start_alert
from stations.choices import AlertKind
from stations.models import Division, User, WeatherAlert

PLACE = "370100"
WARM_MONTHS = range(5, 10)
DAYS = 5
MESSAGES = {
    AlertKind.HEAT: "午间 12 时至 15 时请停止户外作业，站点备有饮用水（示例）",
    AlertKind.COLD: "夜间气温骤降，站点备有热水和取暖设备（示例）",
}


def announce_weather(today: date) -> WeatherAlert:
    """By the demo's official, for the city of her union."""
    kind = AlertKind.HEAT if today.month in WARM_MONTHS else AlertKind.COLD
    return start_alert(
        kind=kind,
        division=Division.objects.get(pk=PLACE),
        first=today,
        last=today + timedelta(days=DAYS - 1),
        message=MESSAGES[kind],
        by=User.objects.get(username="official"),
    )

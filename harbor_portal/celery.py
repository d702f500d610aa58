"""The Celery application: which work runs by the clock."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "harbor_portal.settings")

app = Celery("harbor_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Times of Asia/Shanghai. A run that is missed is caught up by its sweep; a second run finds nothing to do.
app.conf.beat_schedule = {
    "publish noted changes": {"task": "stations.tasks.publish_changes", "schedule": 60.0, "options": {"expires": 50}},
    "work on lists left behind": {
        "task": "stations.tasks.sweep_uploads",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    "end suspensions": {"task": "stations.tasks.end_suspensions", "schedule": crontab("1")},
    # Before the whole map is published: what joined or left a unit, what began and what ended.
    "settle agreements": {"task": "partners.tasks.settle_agreements", "schedule": crontab("1")},
    # Before the month is added up and its report is made.
    "note how months ended": {"task": "partners.tasks.settle_obligation_months", "schedule": crontab("15", "1")},
    # Several times, for a mail server that is away; nobody is told twice of the same.
    "tell of agreements": {"task": "partners.tasks.tell_officers_of_agreements", "schedule": crontab("10", "8-18")},
    "sweep documents": {"task": "partners.tasks.sweep_agreement_files", "schedule": crontab("48", "3")},
    # Plates, postings and suspensions begin and end at midnight, and on Mondays the window of opening hours moves on.
    "publish the whole map": {"task": "stations.tasks.publish_map", "schedule": crontab("3", "0")},
    "write the open data": {"task": "harbor_portal.tasks.write_open_data", "schedule": crontab("30", "3")},
    "sweep photos": {"task": "stations.tasks.sweep_photo_files", "schedule": crontab("40", "3")},
    "erase personal data": {"task": "harbor_portal.tasks.erase_personal_data", "schedule": crontab("35", "3")},
    "end stories": {"task": "services.tasks.end_stories", "schedule": crontab("5", "0")},
    "sweep photos of reports": {"task": "services.tasks.sweep_feedback_files", "schedule": crontab("45", "3")},
    # Deadlines end at midnight; what a missed run left behind the next one takes along.
    "lay before the unit above": {"task": "services.tasks.escalate", "schedule": crontab("20")},
    # At the end of the day, and once more for whoever was away then.
    "forget the codes of the day": {"task": "services.tasks.forget_shares", "schedule": crontab("1", "0,6")},
    "look at links": {"task": "services.tasks.check_links", "schedule": crontab("10", "4")},
    "forget old keys": {"task": "services.tasks.sweep_sent_keys", "schedule": crontab("50", "3")},
    "roll up the last month": {
        "task": "reports.tasks.roll_up_last_month",
        "schedule": crontab("0", "2", day_of_month="1"),
    },
    "roll up the running month": {"task": "reports.tasks.roll_up_running_month", "schedule": crontab("30", "2")},
    # What is recorded during the day; a night's run, or a sweep, takes up whatever this one misses.
    "follow the ledger": {
        "task": "reports.tasks.follow_ledger",
        "schedule": crontab("*/15"),
        "options": {"expires": 800},
    },
    # So that nobody waits for what the roll-up, or a change of who runs what, has made stale.
    "keep summaries": {
        "task": "reports.tasks.keep_summaries",
        "schedule": crontab("2-59/5"),
        "options": {"expires": 280},
    },
    # Several times, for a mail server that is away; nobody is reminded twice of the same.
    "remind of deadlines": {"task": "reports.tasks.remind_of_deadlines", "schedule": crontab("5", "8-18")},
    "sweep old runs": {"task": "reports.tasks.sweep_runs", "schedule": crontab("55", "3")},
    "look for unusual figures": {"task": "reports.tasks.look_for_anomalies", "schedule": crontab("10", "4")},
    # After the roll-up of the night.
    "measure targets": {"task": "reports.tasks.measure_targets", "schedule": crontab("25", "4")},
    "work out stars left behind": {"task": "reports.tasks.sweep_star_runs", "schedule": crontab("*/5")},
    "look after stars": {"task": "reports.tasks.look_after_stars", "schedule": crontab("40", "4")},
    "see to bundles of reports": {
        "task": "reports.tasks.sweep_bundles",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    "catch up on roll-ups": {"task": "reports.tasks.catch_up_rollups", "schedule": crontab("50")},
}

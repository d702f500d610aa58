"""The public pages."""

from django.urls import path

from harbor_portal.portal.schematic import schematic
from harbor_portal.portal.views.activities import (
    activities,
    activities_feed,
    activity,
    activity_feed,
    station_feed,
)
from harbor_portal.portal.views.activity_checkin import activity_checkin
from harbor_portal.portal.views.activity_poster import activity_poster
from harbor_portal.portal.views.activity_sign_ups import cancel_own_sign_up, sign_up_for, sign_up_receipt
from harbor_portal.portal.views.app import keepers_manifest, manifest, service_worker
from harbor_portal.portal.views.checkin import checkin
from harbor_portal.portal.views.compliance import compliance
from harbor_portal.portal.views.crawlers import robots, sitemap, sitemap_pages, sitemap_stations
from harbor_portal.portal.views.home import home
from harbor_portal.portal.views.language import set_language, set_letters
from harbor_portal.portal.views.offline_page import offline_page
from harbor_portal.portal.views.online_services import online_services
from harbor_portal.portal.views.open_data import open_data, open_data_file
from harbor_portal.portal.views.partners import partner, partner_list, programme, programme_list, special_stations
from harbor_portal.portal.views.poster import poster
from harbor_portal.portal.views.receipts import receipt, receipts
from harbor_portal.portal.views.search import search
from harbor_portal.portal.views.station import station
from harbor_portal.portal.views.stations import station_list
from harbor_portal.portal.views.stories import stories, story, story_photo
from harbor_portal.portal.views.tell_us import tell_anywhere, tell_us
from harbor_portal.portal.views.verify import verify_report
from harbor_portal.portal.views.wishes import wish, wish_receipt, wishes

urlpatterns = [
    path("", home, name="home"),
    path("stations/", station_list, name="stations"),
    path("stations/<slug:code>/", station_list, name="division"),
    path("s/<slug:code>/", station, name="station"),
    path("s/<slug:code>/tell/", tell_us, name="tell_us"),
    path("feedback/", receipts, name="receipts"),
    path("feedback/<str:receipt>/", receipt, name="receipt"),
    path("s/<slug:code>/checkin/", checkin, name="checkin"),
    path("s/<slug:code>/poster.pdf", poster, name="poster"),
    path("stories/", stories, name="stories"),
    path("stories/<slug:slug>/", story, name="story"),
    path("stories/<slug:slug>/<int:number>.webp", story_photo, name="story_photo"),
    path("wishes/", wishes, name="wishes"),
    path("wishes/<slug:code>/", wish, name="wish"),
    path("wishes/came-true/<str:receipt>/", wish_receipt, name="wish_receipt"),
    path("s/<slug:code>/activities.ics", station_feed, name="station_feed"),
    path("activities/", activities, name="activities"),
    path("activities.ics", activities_feed, name="activities_feed"),
    path("activities/sign-up/<str:receipt>/", sign_up_receipt, name="sign_up_receipt"),
    path("activities/sign-up/<str:receipt>/cancel/", cancel_own_sign_up, name="cancel_own_sign_up"),
    path("activities/<slug:code>/", activity, name="activity"),
    path("activities/<slug:code>/activity.ics", activity_feed, name="activity_feed"),
    path("activities/<slug:code>/sign-up/", sign_up_for, name="sign_up"),
    path("activities/<slug:code>/check-in/", activity_checkin, name="activity_checkin"),
    path("activities/<slug:code>/poster.pdf", activity_poster, name="activity_poster"),
    path("partners/", partner_list, name="partners"),
    path("partners/<slug:code>/", partner, name="partner"),
    path("programmes/", programme_list, name="programmes"),
    path("programmes/<slug:code>/", programme, name="programme"),
    path("special-stations/", special_stations, name="special_stations"),
    path("agreements/<slug:key>/", compliance, name="compliance"),
    path("search/", search, name="search"),
    path("online-services/", online_services, name="online_services"),
    path("verify/", verify_report, name="verify"),
    path("open-data/", open_data, name="open_data"),
    path("open-data/<path:name>", open_data_file, name="open_data_file"),
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemap, name="sitemap"),
    path("sitemap/pages.xml", sitemap_pages, name="sitemap_pages"),
    path("sitemap/stations-<int:span>.xml", sitemap_stations, name="sitemap_stations"),
    path("language/<slug:code>/", set_language, name="language"),
    path("letters/large/", set_letters, {"size": "large"}, name="large_letters"),
    path("letters/normal/", set_letters, {"size": "normal"}, name="normal_letters"),
    path("offline/", offline_page, name="offline"),
    path("offline/tell/", tell_anywhere, name="tell_anywhere"),
    path("manifest.webmanifest", manifest, name="manifest"),
    path("my-station.webmanifest", keepers_manifest, name="keepers_manifest"),
    path("base/<slug:version>/<slug:name>.json", schematic, name="schematic"),
    path("sw.js", service_worker, name="service_worker"),
]

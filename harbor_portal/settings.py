"""Settings of the portal. Everything that differs between machines comes from the environment (see .env.example)."""

from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from harbor_portal import embedded, env
from harbor_portal.lib.tiles import DATUMS, TileSource, named_source, origins_of

BASE_DIR = Path(__file__).resolve().parent.parent

PORTAL_ENV = env.choice("PORTAL_ENV", "development", {"development", "production"})
PRODUCTION = PORTAL_ENV == "production"
DEBUG = env.boolean("DEBUG", default=False)
SECRET_KEY = env.text("SECRET_KEY")
# Former keys, which still open what they signed: sessions, and the codes on doors.
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
# What encrypts the data of families and of those who sign up: the first writes, all read (docs/privacy.md).
PERSONAL_DATA_KEYS = env.sealing_keys("PERSONAL_DATA_KEYS")
DATABASE_URL = env.text("DATABASE_URL")
REDIS_URL = env.text("REDIS_URL")

if PRODUCTION:
    needed = {
        "DATABASE_URL": DATABASE_URL,
        "REDIS_URL": REDIS_URL,
        "SECRET_KEY": SECRET_KEY,
        "PERSONAL_DATA_KEYS": PERSONAL_DATA_KEYS,
    }
    for name, value in needed.items():
        if not value:
            raise ImproperlyConfigured(f"{name} is required when PORTAL_ENV=production.")
    if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 10:
        raise ImproperlyConfigured("SECRET_KEY is too weak: at least 50 random characters when PORTAL_ENV=production.")
    if DEBUG:
        raise ImproperlyConfigured("DEBUG must be off when PORTAL_ENV=production.")

# Whether `serve` fills an empty database with fictional stations; in production never.
DEMO = not PRODUCTION and env.boolean("DEMO", default=True)

VAR_DIR = Path(env.text("VAR_DIR", str(BASE_DIR / "var")))
EMBEDDED = embedded.Services(VAR_DIR, with_database=not DATABASE_URL, with_broker=not REDIS_URL)
SECRET_KEY = SECRET_KEY or embedded.local_secret(VAR_DIR)
PERSONAL_DATA_KEYS = PERSONAL_DATA_KEYS or [embedded.local_secret(VAR_DIR, "personal_data_key", size=32)]
DATABASE_URL = DATABASE_URL or EMBEDDED.database_url
REDIS_URL = REDIS_URL or EMBEDDED.redis_url

# What the outside calls the portal, scheme included; used in QR codes, canonical links and e-mails.
PUBLIC_URL = env.text("PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", PUBLIC_URL)
BEHIND_PROXY = env.boolean("BEHIND_PROXY", default=False)

# Mail goes out only where a server is named; whoever would get one finds the same on the desk.
MAIL_SERVER = env.mail_server("EMAIL_URL")
SENDS_MAIL = bool(MAIL_SERVER.host)
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if SENDS_MAIL else 'dummy'}.EmailBackend"
EMAIL_HOST, EMAIL_PORT = MAIL_SERVER.host, MAIL_SERVER.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL_SERVER.user, MAIL_SERVER.password
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL_SERVER.security == "tls", MAIL_SERVER.security == "ssl"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "harbor-portal@localhost")

INSTALLED_APPS = [
    "harbor_portal",
    "harbor_portal.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "axes",
    "csp",
    "django_filters",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "leaflet",
    "rest_framework",
    "simple_history",
    "treebeard",
    "stations",
    "partners",
    "services",
    "reports",
]

MIDDLEWARE = [
    "harbor_portal.portal.heads.keep_bodies_of_heads",
    "harbor_portal.portal.health.answer_health",
    "harbor_portal.portal.fast_lane.map_first",
    "django.middleware.security.SecurityMiddleware",
    "harbor_portal.portal.fast_lane.nearest_first",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "harbor_portal.portal.compression.CompressPages",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "harbor_portal.portal.seen.see_sessions",
    "django.middleware.locale.LocaleMiddleware",
    "harbor_portal.portal.languages.speak_as_addressed",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "harbor_portal.portal.second_step.admit_whole",
    "harbor_portal.portal.scopes.keep_scopes",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "harbor_portal.portal.downloads.log_downloads",
    "axes.middleware.AxesMiddleware",
    "harbor_portal.portal.collisions.TellCollisions",
]

ROOT_URLCONF = "harbor_portal.urls"
WSGI_APPLICATION = "harbor_portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "harbor_portal.portal.letters.letters",
            ],
        },
    },
]

# A lost connection is noticed before a request uses it, so that a restart of PostgreSQL costs no visitor an error.
DATABASES: dict[str, dict[str, Any]] = {
    "default": dict(dj_database_url.parse(DATABASE_URL, conn_max_age=60, conn_health_checks=True)),
}
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
# Compiling a statement takes PostgreSQL longer than any page's statement takes to run.
DATABASES["default"]["OPTIONS"].setdefault("options", "-c jit=off")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Sessions and throttles survive a stopped Valkey because neither lives there.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
SESSION_ENGINE = "stations.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION

AUTH_USER_MODEL = "stations.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
# Who has to show a code beside the password: everybody with a role ("roles"), or only who chose to ("chosen").
SECOND_STEP = env.choice("SECOND_STEP", "roles" if PRODUCTION else "chosen", {"roles", "chosen"})
OTP_TOTP_ISSUER = "Harbor Portal"
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_CLIENT_IP_CALLABLE = "harbor_portal.lib.http.client_address"
AXES_LOCKOUT_TEMPLATE = "admin/lockout.html"

LANGUAGE_CODE = "zh-hans"
FORMAT_MODULE_PATH = ["harbor_portal.formats"]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGES = env.languages(LOCALE_PATHS[0])
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "harbor_portal.lib.static_storage.ModuleStaticFilesStorage"},
}
# Uploaded files. Only its folder `photos` is public (/media/photos/); everything else is served by views that ask who.
MEDIA_ROOT = VAR_DIR / "media"
MEDIA_URL = "/media/"
# Where the map is published (design: files that any web server or CDN can serve), and under which address.
PUBLISH_ROOT = VAR_DIR / "published"
PUBLISH_URL = env.text("PUBLISH_URL", "/map/")

# Under what name and licence everybody may take the stations along (/open-data/).
OPEN_DATA_PUBLISHER = env.text("OPEN_DATA_PUBLISHER", "Harbor Portal")
OPEN_DATA_LICENCE = env.text("OPEN_DATA_LICENCE", "CC BY 4.0")
OPEN_DATA_LICENCE_URL = env.text("OPEN_DATA_LICENCE_URL", "https://creativecommons.org/licenses/by/4.0/")

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_SSL_REDIRECT = PRODUCTION and env.boolean("SECURE_SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
X_FRAME_OPTIONS = "DENY"

# Base map (docs/running.md). Its pictures are the only thing that a visitor's browser fetches from elsewhere.
MAP_TILES_URL = env.text("MAP_TILES_URL")
MAP_PROVIDER = env.choice(
    "MAP_PROVIDER", "custom" if MAP_TILES_URL else "osm", {"osm", "tianditu", "amap", "custom", "none"}
)
if MAP_PROVIDER == "custom":
    if not MAP_TILES_URL:
        raise ImproperlyConfigured("MAP_PROVIDER=custom needs MAP_TILES_URL.")
    MAP_TILES = TileSource(
        layers=(MAP_TILES_URL,),
        attribution=env.text("MAP_TILES_ATTRIBUTION"),
        datum=env.choice("MAP_TILES_DATUM", "wgs84", DATUMS),
        subdomains=env.text("MAP_TILES_SUBDOMAINS"),
        max_zoom=env.number("MAP_TILES_MAX_ZOOM", 18, int),
    )
else:
    try:
        MAP_TILES = named_source(MAP_PROVIDER, env.text("MAP_TIANDITU_KEY"))
    except ValueError as error:
        raise ImproperlyConfigured(str(error)) from error
LEAFLET_CONFIG = {
    # static/js/base-map.js adds the tiles: it knows their datum.
    "TILES": [],
    "SPATIAL_EXTENT": (73.0, 3.0, 136.0, 54.0),
    "DEFAULT_CENTER": env.place("MAP_CENTRE", (36.65, 117.0)),
    "DEFAULT_ZOOM": 5,
    "MIN_ZOOM": 3,
    "MAX_ZOOM": 19,
    "ATTRIBUTION_PREFIX": "",
    "RESET_VIEW": False,
}
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", *MAP_TILES.origins()],
        "connect-src": [SELF, *origins_of(PUBLISH_URL)],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

REST_FRAMEWORK = {
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "harbor_portal.lib.http.api_error",
    # Views read `format` themselves, so that a wrong one is refused by name.
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Harbor Portal API",
    "DESCRIPTION": "Rest stations for outdoor workers: where they are, what they offer, whether they are open.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "ActivityKindEnum": "services.activity_choices.ActivityKind",
        "AgreementKindEnum": "partners.agreement_choices.AgreementKind",
        "AgreementStateEnum": "partners.agreement_choices.AgreementState",
        "GrantKindEnum": "services.grant_choices.GrantKind",
        "GrantStateEnum": "services.grant_choices.GrantState",
        "StageKindEnum": "partners.choices.StageKind",
        "NoticeKindEnum": "stations.choices.AlertKind",
        "ConsentHowEnum": "services.story_choices.ConsentHow",
        "StoryStateEnum": "services.story_choices.StoryState",
        "WishStateEnum": "services.wish_choices.WishState",
        "ActivityStatusEnum": "services.activity_choices.ActivityStatus",
        "FigureKindEnum": ["add", "set"],
        "GroupEnum": "services.choices.WorkerGroup",
        "MethodEnum": "services.choices.Method",
        "OnlineKindEnum": "services.online_choices.OnlineKind",
        "PartnerKindEnum": "partners.choices.PartnerKind",
        "WishKindEnum": "services.wish_choices.WishKind",
        "StatusEnum": ["published", "suspended"],
        "OwnStationStatusEnum": "stations.choices.StationStatus",
    },
}

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = TIME_ZONE
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# A person who saves something must not wait for a broker that is away; the worker itself tries for ever.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "max_retries": 0,
    "interval_start": 0,
    "interval_step": 0,
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
    "visibility_timeout": 3600,
}
CELERY_TASK_PUBLISH_RETRY = False

SIMPLE_HISTORY_REVERT_DISABLED = True
SILENCED_SYSTEM_CHECKS: list[str] = []

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "harbor_portal.lib.log_lines.MaskedLines",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.choice("LOG_LEVEL", "INFO", {"DEBUG", "INFO", "WARNING", "ERROR"})},
}

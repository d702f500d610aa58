"""How gunicorn serves the portal; read by `gunicorn -c python:harbor_portal.web`."""

import gc
from importlib import import_module
from typing import Any

from django.conf import settings
from gunicorn.glogging import Logger

from harbor_portal import env
from harbor_portal.lib.log_lines import MaskedLines


class MaskedLog(Logger):  # type: ignore[misc]  # gunicorn is untyped
    """What gunicorn itself says of a request that failed, without the keys that stand in its address."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in (*self.error_log.handlers, *self.access_log.handlers):
            known = handler.formatter
            handler.setFormatter(MaskedLines(known and known._fmt, known and known.datefmt))  # noqa: SLF001  # as it was


logger_class = MaskedLog

host = env.text("HOST", "127.0.0.1")
port = env.number("PORT", 8000, int)
bind = f"{host}:{port}"
workers = env.number("WEB_WORKERS", 2, int)
# Threads, so that a slow phone or a kept-alive connection does not hold a whole process.
worker_class = "gthread"
threads = env.number("WEB_THREADS", 4, int)
# The workers are forked from one that has imported everything: they start at once and share that memory.
preload_app = True
keepalive = 65
timeout = 60
graceful_timeout = 10
# The heartbeat file must not wait for a busy disk.
worker_tmp_dir = "/dev/shm"  # noqa: S108 - gunicorn makes and removes a nameless file there
# Leaks of libraries never add up; the spread keeps the workers from leaving together.
max_requests = 50_000
max_requests_jitter = 5_000
# Nobody steers it by a socket of its own in somebody's home folder.
control_socket_disable = True


def when_ready(_server: Any) -> None:
    """What is imported by now stays for good: no worker searches it for garbage, and all go on sharing it."""
    import_module(settings.ROOT_URLCONF)
    gc.collect()
    gc.freeze()

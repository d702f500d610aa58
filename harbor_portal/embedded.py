"""The PostgreSQL and Valkey that the portal starts for itself on a machine that has none."""

import secrets
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Services:
    """The embedded servers below one `var` folder."""

    var: Path
    with_database: bool
    with_broker: bool

    @property
    def database_url(self) -> str:
        return f"postgres://portal@/harbor?host={self.var / 'run'}"

    @property
    def redis_url(self) -> str:
        return f"redis+socket://{self.var / 'run' / 'valkey.sock'}"


def local_secret(var: Path) -> str:
    """The signing key of this machine, made once and kept beside its data."""
    path = var / "secret_key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()

"""Running programs, and giving them folders, as a user who is not root."""

import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True)
class Account:
    """Whom programs run as and to whom their folders belong."""

    uid: int
    gid: int

    @classmethod
    def current(cls) -> Self:
        return cls(os.geteuid(), os.getegid())

    @classmethod
    def owner_of(cls, path: Path) -> Self:
        entry = path.stat()
        return cls(entry.st_uid, entry.st_gid)

    @classmethod
    def system(cls, name: str) -> Self:
        """The system user of this name; made, by root, when there is none yet."""
        with suppress(KeyError):
            return cls._named(name)
        useradd = shutil.which("useradd", path=PATH) or "useradd"
        options = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
        subprocess.run([useradd, *options, "--shell", "/usr/sbin/nologin", name], check=True)  # noqa: S603 - our words
        return cls._named(name)

    @classmethod
    def _named(cls, name: str) -> Self:
        entry = pwd.getpwnam(name)
        return cls(entry.pw_uid, entry.pw_gid)

    def run(self, command: Sequence[str | Path], *, folder: Path, **options: Any) -> subprocess.CompletedProcess[bytes]:
        """Run a program of ours in `folder`, with an environment that owes nothing to the caller's."""
        switch: dict[str, Any] = {}
        if self != Account.current():
            switch = {"user": self.uid, "group": self.gid, "extra_groups": []}
        return subprocess.run(  # noqa: S603 - the caller names a program of ours
            command,
            check=False,
            cwd=folder,
            env={"PATH": PATH, "LANG": "C.UTF-8", "HOME": str(folder)},
            stdin=subprocess.DEVNULL,
            umask=0o077,
            start_new_session=True,
            **switch,
            **options,
        )

    def give(self, path: Path) -> None:
        if self != Account.current():
            os.chown(path, self.uid, self.gid)

    def private_folder(self, path: Path) -> Path:
        """A folder that only this user can enter; FileExistsError when something of another's stands there."""
        with suppress(FileExistsError):
            path.mkdir(mode=0o700)
            self.give(path)
        entry = path.lstat()
        if not stat.S_ISDIR(entry.st_mode) or entry.st_uid != self.uid:
            raise FileExistsError(f"{path} is in the way: it should be a folder of the portal's own. Remove it.")
        path.chmod(0o700)
        return path

    def file(self, path: Path) -> Path:
        """A file that this user can write."""
        path.touch(mode=0o640)
        self.give(path)
        return path


def open_to_all(folder: Path) -> bool:
    """Whether a stranger may walk to `folder` and into it."""
    return all(path.stat().st_mode & stat.S_IXOTH for path in (folder, *folder.parents))

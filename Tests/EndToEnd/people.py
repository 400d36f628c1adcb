"""Accounts of this host for the time of the tests."""
import dataclasses
import pathlib
import pwd
import secrets
import shutil
import subprocess

import confidential


@dataclasses.dataclass
class Person:
    name: str
    password: str

    @property
    def entry(self):
        return pwd.getpwnam(self.name)

    @property
    def uid(self):
        return self.entry.pw_uid

    @property
    def gid(self):
        return self.entry.pw_gid

    @property
    def home(self):
        return pathlib.Path(self.entry.pw_dir)


class People:
    """`alice` and `bob` have a password, `otto` a one-time code beside it, `erna`'s password
    has expired, `mona` may choose a profile whose image does not exist, and `ada` is an administrator."""

    OTP_GROUP = "berth-e2e-otp"
    ABSENT_GROUP = "berth-e2e-absent"
    ADMIN_GROUP = "berth-e2e-admin"
    OTP_SECRET = "3132333435363738393031323334353637383930"

    NAMES = ("e2e-alice", "e2e-bob", "e2e-otto", "e2e-erna", "e2e-mona", "e2e-ada")

    def __enter__(self):
        self.remove()
        for group in (self.OTP_GROUP, self.ABSENT_GROUP, self.ADMIN_GROUP):
            run("groupadd", "--force", group)
        self.alice, self.bob, self.otto, self.erna, self.mona, self.ada = map(self.create, self.NAMES)
        run("usermod", "--append", "--groups", self.ABSENT_GROUP, self.mona.name)
        run("usermod", "--append", "--groups", self.ADMIN_GROUP, self.ada.name)
        run("usermod", "--append", "--groups", self.OTP_GROUP, self.otto.name)
        run("chage", "--lastday", "0", self.erna.name)
        return self

    def __exit__(self, *_):
        self.remove()

    def create(self, name):
        person = Person(name, confidential.note("password", secrets.token_urlsafe(12)))
        run("useradd", "--create-home", "--shell", "/bin/bash", "--comment", name.capitalize(), name)
        subprocess.run(["chpasswd"], input=f"{name}:{person.password}", text=True, check=True)
        return person

    def remove(self):
        for name in self.NAMES:
            try:
                home = pwd.getpwnam(name).pw_dir
            except KeyError:
                continue
            run("userdel", "--force", name)
            shutil.rmtree(home, ignore_errors=True)
        for group in (self.OTP_GROUP, self.ABSENT_GROUP, self.ADMIN_GROUP):
            subprocess.run(["groupdel", group], stderr=subprocess.DEVNULL)

    def one_time_code(self):
        """The code of this half minute for `otto` (RFC 6238)."""
        code = run("oathtool", "--totp", self.OTP_SECRET).strip()
        confidential.ONE_TIME_CODES.add((self.otto.name, code))
        return code


def run(*command):
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE).stdout

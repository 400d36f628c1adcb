"""An environment taken away as an archive: from the launcher's store to a person's disk, and at work there."""
import gzip
import json
import subprocess
import tarfile

from people import run
from site_under_test import BINARY
from test_main_job import wait_for

ARCHIVE = "/environments/work/export?format=archive"


def test_an_archive_comes_by_api_and_command_line_and_works_elsewhere(site, people, alices_environment, tmp_path):
    alice, token = people.alice, site.token(people.alice)
    answer = site.api("GET", ARCHIVE, token)
    assert answer.status == 200 and answer.headers["Content-Type"] == "application/gzip"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="work-')
    taken = tmp_path / "taken.tar.gz"
    taken.write_bytes(answer.body)

    file = tmp_path / "work.tar.gz"
    site.berth("env", "export", "work", "--user", alice.name, "--format", "archive", "--output", str(file))
    assert file.read_bytes() == answer.body
    piped = subprocess.run(
        [BINARY, "env", "export", "work", "--user", alice.name, "--format", "archive", "--config", str(site.configuration)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True).stdout
    assert piped == answer.body
    smaller = site.api("GET", f"{ARCHIVE}-zstd", token)
    assert smaller.headers["Content-Type"] == "application/zstd" and ".tar.zst" in smaller.headers["Content-Disposition"]
    assert subprocess.run(["zstd", "-dc"], input=smaller.body, stdout=subprocess.PIPE, check=True).stdout == gzip.decompress(answer.body)

    # As a person would who has nothing of Berth's; the directory's name has what shells dislike.
    home = tmp_path / "my $env"
    home.mkdir()
    run("tar", "-xzf", str(taken), "-C", str(home))
    assert "at home" in run(str(home / "bin/conda-unpack"))
    assert run(str(home / "bin/berth-hello")) == "hello from the environment\n"
    assert run(str(home / "bin/jupyter-lab"), "--version").startswith("4.")
    told = run("bash", "-c", '. "$0/bin/activate"; echo "$BERTH_E2E"; python -c "import humanize, sys; print(sys.prefix)"', str(home))
    assert told == f"from the recipe\n{home}\n"
    assert not list((site.runtime / "archives").iterdir())


def test_an_archive_is_for_who_may_use_the_environment_and_never_half(site, people, alices_environment, tmp_path):
    assert site.api("GET", ARCHIVE, site.token(people.bob)).status == 404
    gone = site.api("GET", f"{ARCHIVE}&version=0123456789", site.token(people.alice))
    assert gone.status == 404 and "message" in json.loads(gone.body)
    file = tmp_path / "none.tar.gz"
    said = site.berth("env", "export", "nothing", "--user", people.bob.name, "--format", "archive", "-o", str(file), check=False)
    assert "nothing" in said and list(tmp_path.iterdir()) == []

    # Whoever goes away in the middle keeps nothing busy: others can take theirs at once.
    token = site.token(people.alice)
    for _ in range(4):
        with site.unfinished_answer("GET", f"/hub/api{ARCHIVE}", {"Authorization": f"token {token}"}) as response:
            assert response.status in (200, 503) and response.read(1000)
    again = tmp_path / "again.tar.gz"

    def whole():
        answer = site.api("GET", ARCHIVE, token)
        again.write_bytes(answer.body)
        return answer.status == 200

    wait_for(whole)
    assert tarfile.is_tarfile(again)

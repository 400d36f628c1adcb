"""Images, fetched from a registry and removed on the administrators' page."""
import pathlib
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from looking import look
from site_under_test import Site

REGISTRY = pathlib.Path(__file__).resolve().parents[1] / "DockerTests" / "registry.py"


def docker(*arguments):
    return subprocess.run(["docker", *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


class SiteWithRegistry(Site):
    def __enter__(self):
        self.registry = subprocess.Popen([sys.executable, str(REGISTRY)], stdout=subprocess.PIPE, text=True)
        self.images = f"127.0.0.1:{int(self.registry.stdout.readline())}/berth"
        return super().__enter__()

    def __exit__(self, *error):
        super().__exit__(*error)
        self.registry.kill()
        self.registry.wait()

    def write_configuration(self):
        super().write_configuration()
        text = self.configuration.read_text().replace('allowed: ["berth/*"]', f'allowed: ["berth/trial:1", "{self.images}/*"]')
        text = text.replace("berth/absent:1", f"{self.images}/test:1")
        self.configuration.write_text(text)


@pytest.fixture(scope="module")
def site(people, channel, tmp_path_factory):
    with SiteWithRegistry(people, channel, tmp_path_factory.mktemp("images"), name="images") as site:
        yield site
        docker("rmi", f"{site.images}/test:1")


def test_an_image_is_fetched_and_a_left_one_removed(site, people, page):
    wanted, left = f"{site.images}/test:1", f"{site.images}/left:1"
    subprocess.run(["docker", "import", "-", left], input=bytes(10240), check=True, stdout=subprocess.DEVNULL)
    try:
        site.log_in(page, people.ada, then="/hub/admin/images")
        row = page.locator("li.row", has_text=wanted)
        expect(row.get_by_text("Not on this host")).to_be_visible()
        row.get_by_role("button", name="Fetch").click()
        # The page moves on by itself when the image is there.
        expect(row.get_by_text("On this host", exact=False)).to_be_visible(timeout=60_000)
        expect(row.locator("progress")).to_have_count(0)
        assert docker("image", "inspect", wanted).returncode == 0
        look(page, "images")

        token = site.token(people.ada)
        images = {image["name"]: image for image in site.api("GET", "/images", token).value}
        assert images[wanted]["present"] and images[wanted]["digest"] and images[wanted]["profiles"] == ["absent"]
        assert images[left]["unused"] and not images["berth/trial:1"]["unused"]
        assert site.api("DELETE", f"/images/{wanted.replace('/', '%2F')}", token).status == 409
        page.locator("li.row", has_text=left).get_by_role("button", name="Remove").click()
        expect(page.locator("li.row", has_text=left)).to_have_count(0)
        assert docker("image", "inspect", left).returncode != 0
    finally:
        docker("rmi", left)
    log = (site.state / "gateway" / "audit.log").read_text()
    assert '"what":"image.pull"' in log and '"what":"image.remove"' in log

"""After everything else: what must not be written down is in no log of any site of this run."""
import re

import confidential
from site_under_test import Site
from test_main_job import wait_for


def test_no_secret_is_in_any_log(site, people, page):
    """Passwords, codes, cookies, tokens, form marks and secrets of services and servers, of the whole run."""
    # Something of each kind, also where nothing else ran before.
    site.log_in(page, people.bob)
    page.goto(f"{site.url}/hub/token")
    page.get_by_role("button", name="Make token").click()
    confidential.note("token", page.locator("[data-secret]").input_value())
    token = site.token(people.bob)
    # Credentials at all the wrong places.
    for path, headers in (
        (f"/user/{people.bob.name}/api/status?token={token}", {}),
        (f"/hub/api/user?token={token}", {}),
        (f"/hub/api/user?access_token={token}", {}),
        ("/hub/api/user", {"Authorization": f"Basic {token}"}),
        ("/hub/home", {"Cookie": f"__Host-berth-session={token}"}),
        (f"/hub/login?username={people.bob.name}&password={people.bob.password}", {}),
    ):
        site.request("GET", path, headers)
    with site.awaiting("path=/hub/last-of-all "):
        site.request("GET", "/hub/last-of-all")

    kinds = set(confidential.SECRETS.values())
    assert {"password", "cookie", "form mark", "token"} <= kinds, kinds
    written = [path for site in Site.everywhere for path in site.written()]
    assert any("audit" in path.name for path in written) and any(path.name.startswith("berth-") for path in written)
    for path in written:
        text = path.read_text()
        for secret, kind in confidential.SECRETS.items():
            assert secret not in text, f"a {kind} is in {path}: {lines_with(secret, text)}"
        for owner, code in confidential.ONE_TIME_CODES:
            found = [line for line in lines_with(rf"\b{code}\b", text) if owner in line]
            assert not found, f"a one-time code is in {path}: {found}"
        # Those that no test knows of, too.
        for form in ("brth_[A-Za-z0-9]", "berth-session=", "_csrf=."):
            assert not lines_with(form, text), f"{form} is in {path}: {lines_with(form, text)}"


def lines_with(expression, text):
    return [line[:300] for line in text.splitlines() if re.search(expression, line)][:3]

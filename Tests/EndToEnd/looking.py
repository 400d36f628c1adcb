"""How pages are looked at: wide and on a phone, light and dark, with a picture of each and axe's opinion of it."""
from axe_playwright_python.sync_playwright import Axe

from conftest import picture

WINDOWS = {"wide": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
SCHEMES = ("light", "dark")
# WCAG 2.2 AA is what is promised; what axe calls good practice counts where it is serious.
PROMISED = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OPTIONS = {"resultTypes": ["violations"], "runOnly": PROMISED + ["best-practice"], "rules": {"target-size": {"enabled": True}}}


def look(page, name, windows=WINDOWS, schemes=SCHEMES):
    """Looks at what the window shows now, in every size and every light; it is as it was afterwards."""
    before = page.viewport_size
    try:
        for window in windows:
            page.set_viewport_size(WINDOWS[window])
            for scheme in schemes:
                page.emulate_media(color_scheme=scheme)
                picture(page, f"{name}-{window}-{scheme}")
                found = [f"{rule['id']}: {rule['help']} ({rule['nodes'][0]['html'][:120]})"
                         for rule in Axe().run(page, options=OPTIONS).response["violations"]
                         if rule["impact"] in ("serious", "critical") or set(rule["tags"]) & set(PROMISED)]
                assert not found, (name, window, scheme, found)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} is wider than its window ({window})"
    finally:
        page.set_viewport_size(before)
        page.emulate_media(color_scheme="light")


def hold_still(page):
    """Pages that are opened from now on get no news of what they follow: they stay as they were served."""
    page.route("**/hub/api/**", silent)


def silent(route):
    if "text/event-stream" in route.request.headers.get("accept", ""):
        return route.fulfill(status=200, content_type="text/event-stream", body="retry: 3600000\n\n")
    return route.continue_()


def go_on(page):
    """The opposite, for pages that are opened from now on."""
    page.unroute("**/hub/api/**", silent)

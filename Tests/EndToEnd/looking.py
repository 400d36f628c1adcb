"""How pages are looked at: wide and on a phone, light and dark, with a picture of each and axe's opinion of it."""
import re

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


# What starts and builds tell as they go on.
TOLD = re.compile(r"/hub/api/.*/(progress|log)$")


def hold_still(page):
    """Pages that are opened from now on hear nothing of what they follow: they stay as they were served."""
    page.route(TOLD, lambda route: None)


def go_on(page):
    """The opposite, for pages that are opened from now on."""
    page.unroute(TOLD)

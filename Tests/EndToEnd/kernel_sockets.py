"""The WebSockets of an open JupyterLab page to its kernels, as they come and go."""
import time


class KernelSockets:
    """Of a page from now on."""

    def __init__(self, page):
        self.page = page
        self.opened, self.heard = [], set()
        page.on("websocket", self._follow)

    def _follow(self, socket):
        if "/channels" in socket.url:
            self.opened.append(socket)
            socket.on("framereceived", lambda _: self.heard.add(socket))

    def cut(self, how):
        """Does what is to cut the connection; waits for the page to have lost it, and to have found its way back."""
        self.page.evaluate("window.markedByTheTest = true")
        lost, end = len(self.opened), time.monotonic() + 120
        with self.opened[-1].expect_event("close", timeout=60_000):
            how()
        while not self.heard & set(self.opened[lost:]):
            assert time.monotonic() < end, f"the page did not connect again; it opened {len(self.opened)} in all"
            self.page.wait_for_timeout(100)
        assert self.page.evaluate("window.markedByTheTest === true"), "the page was loaded anew"

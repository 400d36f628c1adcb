"""The WebSockets of an open JupyterLab page to its kernels, as they come and go."""


class KernelSockets:
    """From now on; the page must not be loaded anew for what is said of it to mean anything: ``is_same_page`` tells."""

    def __init__(self, page):
        self.page = page
        self.opened = []
        page.on("websocket", lambda socket: self.opened.append(socket) if "/channels" in socket.url else None)

    def mark(self):
        self.page.evaluate("window.markedByTheTest = true")

    @property
    def is_same_page(self):
        return self.page.evaluate("window.markedByTheTest === true")

    def cut(self, how):
        """Does what is to cut the connection, and waits for the page to have lost it."""
        self.mark()
        with self.opened[-1].expect_event("close", timeout=60_000):
            how()

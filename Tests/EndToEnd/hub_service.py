"""A service as JupyterHub's documentation shows one: it greets its visitor, whom HubOAuth finds out."""
import os
import sys

from jupyterhub.services.auth import HubOAuthCallbackHandler, HubOAuthenticated
from tornado import ioloop, web


class Greeting(HubOAuthenticated, web.RequestHandler):
    @web.authenticated
    def get(self):
        user = self.current_user
        self.write(f"hello {user['name']}, of {', '.join(user['groups']) or 'no group'}; Berth's cookie: "
                   + ("seen" if "berth-session" in self.request.headers.get("Cookie", "") else "not seen"))


prefix = os.environ["JUPYTERHUB_SERVICE_PREFIX"]
application = web.Application(
    [(prefix, Greeting), (prefix + "oauth_callback", HubOAuthCallbackHandler)], cookie_secret=os.urandom(32), log_function=lambda _: None)
application.listen(int(sys.argv[1]), "127.0.0.1")
print("ready", flush=True)
ioloop.IOLoop.current().start()

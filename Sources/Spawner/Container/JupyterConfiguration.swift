/// Jupyter's configuration in a server's container, the last one to be read: `jupyter_server_config.py`.
enum JupyterConfiguration {
    static let text = #"""
        """The server listens on a Unix socket and trusts the gateway alone.

        The gateway proves itself with a secret in a private header and says in two others who
        the person is and how they were recognised; it removes those headers from what clients send.
        """
        import hmac
        import os

        from tornado.web import HTTPError

        # Kernels and terminals do not inherit it.
        secret = os.environ.pop("BERTH_SECRET", "").encode()
        full_name = os.environ.pop("BERTH_FULL_NAME", "")
        owner = os.environ["JUPYTERHUB_USER"]


        def is_trusted(handler):
            given = handler.request.headers.get("X-Berth-Secret", "").encode()
            return bool(secret) and hmac.compare_digest(given, secret)


        def user_name(handler):
            return handler.request.headers.get("X-Berth-User", "") if is_trusted(handler) else ""


        def is_token(handler):
            return is_trusted(handler) and handler.request.headers.get("X-Berth-Auth") == "token"


        c = get_config()  # noqa: F821

        try:
            from jupyter_server.auth import IdentityProvider, User
        except ImportError:
            # jupyter_server 1: the log-in handler is the place where identity is decided.
            from jupyter_server.auth.login import LoginHandler

            class BerthLogin(LoginHandler):
                @classmethod
                def get_user(cls, handler):
                    name = user_name(handler)
                    # The error's own page asks once more.
                    if not name and not getattr(handler, "berth_refused", False):
                        handler.berth_refused = True
                        raise HTTPError(403, "Only the gateway may ask.")
                    return name or None

                @classmethod
                def is_token_authenticated(cls, handler):
                    return is_token(handler)

                @classmethod
                def should_check_origin(cls, handler):
                    return not is_token(handler)

                @classmethod
                def get_login_available(cls, settings):
                    return False

                @classmethod
                def validate_security(cls, app, ssl_options=None):
                    pass

            c.ServerApp.login_handler_class = BerthLogin
            c.ServerApp.token = ""
            c.ServerApp.password = ""
            c.ServerApp.iopub_data_rate_limit = 100_000_000
        else:

            class BerthIdentity(IdentityProvider):
                """Who asks is what the gateway says."""

                login_available = False
                logout_available = False

                def get_user(self, handler):
                    name = user_name(handler)
                    if not name:
                        # No way to a log-in page: there is none. The error's page asks for this.
                        handler.current_user = handler._jupyter_current_user = None
                        raise HTTPError(403, "Only the gateway may ask.")
                    display = full_name if full_name and name == owner else name
                    initials = "".join(word[0] for word in display.split()[:2]).upper()
                    return User(username=name, name=display, display_name=display, initials=initials)

                def is_token_authenticated(self, handler):
                    return is_token(handler)

                def should_check_origin(self, handler):
                    return not is_token(handler)

                def validate_security(self, app, ssl_options=None):
                    pass

            c.ServerApp.identity_provider_class = BerthIdentity
            c.IdentityProvider.token = ""
            c.ZMQChannelsWebsocketConnection.iopub_data_rate_limit = 100_000_000

        c.ServerApp.sock = "/run/berth/jupyter.sock"
        c.ServerApp.sock_mode = "0660"
        c.ServerApp.base_url = os.environ["JUPYTERHUB_SERVICE_PREFIX"]
        c.ServerApp.root_dir = os.environ["HOME"]
        # What a person set for a Jupyter of their own, with its port and certificate, would end this one.
        c.ServerApp.ip = "localhost"
        c.ServerApp.port = 8888
        c.ServerApp.certfile = c.ServerApp.keyfile = c.ServerApp.client_ca = ""
        # The Host header is the site's own; the gateway has checked it.
        c.ServerApp.allow_remote_access = True
        c.ServerApp.trust_xheaders = True
        c.ServerApp.open_browser = False
        c.ServerApp.quit_button = False
        c.ServerApp.port_retries = 0
        c.ServerApp.websocket_ping_interval = 30
        c.ServerApp.websocket_ping_timeout = 30
        c.FileContentsManager.delete_to_trash = False
        # Not the login shell that terminado would take: /etc/profile forgets the environment's PATH.
        c.ServerApp.terminado_settings = {
            "shell_command": ["/bin/sh", "/opt/berth/server/activated", os.environ.get("SHELL", "/bin/sh"), "-i"]
        }
        # No TCP port for kernels either.
        c.KernelManager.transport = "ipc"
        if os.environ.pop("BERTH_KERNEL", ""):
            # The environment's kernel takes the place of the image's own.
            c.KernelSpecManager.ensure_native_kernel = False
        c.LabApp.news_url = None
        c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
        """# + "\n"
}

/// What ``JupyterConfiguration`` has beside for `jupyterhub-singleuser`: the way to the API, and who is known already.
enum SingleuserConfiguration {
    static let text = #"""

        # jupyterhub-singleuser asks the hub who comes. The way there is a Unix socket: a container reaches no port
        # of the host, and opens none.
        import socket
        from urllib.parse import unquote, urlsplit

        from jupyterhub.singleuser import extension
        from tornado.httpclient import AsyncHTTPClient
        from tornado.netutil import DefaultLoopResolver
        from tornado.simple_httpclient import SimpleAsyncHTTPClient


        class SocketResolver(DefaultLoopResolver):
            async def resolve(self, host, port, family=socket.AF_UNSPEC):
                if host == "hub.invalid":
                    return [(socket.AF_UNIX, unquote(urlsplit(os.environ["JUPYTERHUB_API_URL"]).netloc))]
                return await super().resolve(host, port, family)


        class HubClient(SimpleAsyncHTTPClient):
            """Knows http+unix, which the package itself knows from version 6 on."""

            def initialize(self, *arguments, **options):
                super().initialize(*arguments, **{**options, "resolver": SocketResolver()})

            def fetch_impl(self, request, callback):
                address = urlsplit(request.url)
                if address.scheme == "http+unix":
                    request.request.url = address._replace(scheme="http", netloc="hub.invalid").geturl()
                super().fetch_impl(request, callback)


        class HubIdentity(extension.JupyterHubIdentityProvider):
            """Browsers come by OAuth. What came with a token the gateway has judged, and keeps the token."""

            async def get_user(self, handler):
                name = user_name(handler) if is_token(handler) else ""
                if not name:
                    return await super().get_user(handler)
                # What jupyter_server and the package look at before they ask for a page's mark against forgery.
                handler._token_authenticated = True
                return extension.JupyterHubUser({"kind": "user", "name": name, "scopes": sorted(self.hub_auth.access_scopes)})


        AsyncHTTPClient.configure(HubClient)
        # The extension puts its own in the place of what is configured.
        extension.JupyterHubIdentityProvider = HubIdentity
        """# + "\n"
}

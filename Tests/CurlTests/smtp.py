"""A mail server of aiosmtpd on 127.0.0.1; says its port once it listens, then each message as a line of JSON."""
import asyncio
import json

from aiosmtpd.smtp import SMTP, AuthResult


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        login = session.auth_data and [part.decode() for part in session.auth_data]
        print(json.dumps({"from": envelope.mail_from, "to": envelope.rcpt_tos, "login": login,
                          "data": envelope.content.decode("latin-1")}), flush=True)
        return "250 taken"


def authenticate(server, session, envelope, mechanism, data):
    return AuthResult(success=data.password == b"secret", auth_data=(data.login, data.password))


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(Handler(), authenticator=authenticate, auth_require_tls=False, hostname="test"), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())

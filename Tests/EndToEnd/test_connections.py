"""Many connections, each with a TLS handshake of its own: every first request is answered."""
import concurrent.futures
import http.client
import ssl


def test_the_first_request_of_every_connection_is_answered(site):
    context = ssl.create_default_context(cafile=str(site.certificate))

    def ask(_):
        connection = http.client.HTTPSConnection("localhost", site.port, context=context, timeout=20)
        connection.request("GET", "/hub/api")
        response = connection.getresponse()
        response.read()
        connection.close()
        return response.status

    with concurrent.futures.ThreadPoolExecutor(6) as threads:
        assert set(threads.map(ask, range(1200))) == {200}

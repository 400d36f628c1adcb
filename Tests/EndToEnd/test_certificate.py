"""A certificate that somebody renews while Berth runs."""
import http.client
import signal
import ssl

from site_under_test import Site


def test_a_renewed_certificate_is_served_and_no_connection_drops(people, channel, tmp_path):
    with Site(people, channel, tmp_path, name="renewal") as site:
        before = http.client.HTTPSConnection(
            "localhost", site.port, context=ssl.create_default_context(cafile=str(site.certificate)), timeout=60)
        assert live(before) == 200

        with site.awaiting("The certificate was read again"):
            site.write_certificate()
        # Key and certificate come one after the other: what was read in between fits nothing, and is not used.
        served = ssl.get_server_certificate(("localhost", site.port))
        assert served.split() == site.certificate.read_text().split()
        assert live(before) == 200, "a connection from before goes on"


def test_a_signal_has_it_read_at_once(people, channel, tmp_path):
    """Not at the next look: SIGHUP to `berth run`, which tells both halves; connections and sockets of the site live on."""
    with Site(people, channel, tmp_path, name="hangup") as site:
        before = http.client.HTTPSConnection(
            "localhost", site.port, context=ssl.create_default_context(cafile=str(site.certificate)), timeout=60)
        assert live(before) == 200
        halves = [site.child(half) for half in ("gateway", "launcher")]
        known = site.certificate.read_text()
        with site.awaiting("The certificate was read again"):
            site.process.send_signal(signal.SIGHUP)
        site.write_certificate()
        with site.awaiting("The certificate was read again", seconds=5):
            site.process.send_signal(signal.SIGHUP)
        assert site.certificate.read_text() != known
        assert ssl.get_server_certificate(("localhost", site.port)).split() == site.certificate.read_text().split()
        assert live(before) == 200, "a connection from before goes on"
        assert [site.child(half) for half in ("gateway", "launcher")] == halves


def live(connection):
    connection.request("GET", "/hub/health")
    response = connection.getresponse()
    response.read()
    return response.status

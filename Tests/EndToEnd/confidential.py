"""Every secret that a run of the tests makes or types, to be looked for at its end in what Berth wrote down."""
import urllib.parse

SECRETS = {}
# A code of six digits is found in any log by chance: only where it stands beside its owner's name is it one.
ONE_TIME_CODES = set()
FOLLOWED = []


def note(kind, value):
    """Keeps a secret, and returns it."""
    assert len(value) > 6, f"{kind} is too short to be told from other words"
    SECRETS[value] = kind
    return value


def follow(page):
    """From now on the cookies and form marks of a window are noted."""
    if page in FOLLOWED:
        return
    FOLLOWED.append(page)

    def sent(request):
        for mark in urllib.parse.parse_qs(request.post_data_buffer.decode(errors="replace") if request.post_data_buffer else "").get("_csrf", []):
            note("form mark", mark)

    def answered(response):
        for header in response.headers_array():
            if header["name"].lower() == "set-cookie" and "berth" in header["value"].split("=")[0]:
                value = header["value"].split("=", 1)[1].split(";")[0]
                if len(value) > 6:
                    note("cookie", value)

    page.on("request", sent)
    page.on("response", answered)

"""A client on BoringSSL, through curl_cffi: the hello of a browser named by `browser`."""

import os

from common import arguments, complain
from curl_cffi import CurlError, CurlOpt, requests


def ask(options: dict[str, str]) -> None:
    """Make one request; the options that a browser leaves open are set here."""
    address = f"[{options['host']}]" if ":" in options["host"] else options["host"]
    resolve = f"{options['name']}:{options['port']}:{address}"
    certificate = (options["chain"], options["key"]) if "chain" in options else None
    with requests.Session(
        impersonate=options["browser"],
        verify=options["trust"],
        cert=certificate,
        timeout=8,
        curl_options={CurlOpt.RESOLVE: [resolve.encode()]},
    ) as session:
        session.get(f"https://{options['name']}:{options['port']}/answer")


if __name__ == "__main__":
    given = arguments()
    os.environ["SSLKEYLOGFILE"] = given["keylog"]
    try:
        ask(given)
    except (CurlError, requests.RequestsError) as error:
        complain(error)

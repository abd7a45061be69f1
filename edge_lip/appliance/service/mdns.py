"""The file by which the system's own responder tells the network where the page is.

See avahi.service(5); the name of the machine itself, NAME.local, it tells anyway.
"""

from ...errors import UsageError
from ...web.gate import parse_address

FILE = "/etc/avahi/services/edge-lip.service"
TEXT = """\
<?xml version="1.0" standalone="no"?>
<!DOCTYPE service-group SYSTEM "avahi-service.dtd">
<!-- Written by `edge-lip service mdns`. -->
<service-group>
  <name replace-wildcards="yes">Lips on %h</name>
  <service>
    <type>{kind}</type>
    <port>{port}</port>
    <txt-record>path=/speak</txt-record>
  </service>
</service-group>
"""


def announcement(web: str | None) -> str:
    """The file for a page at `web`, the setting of that name. The token is not in it: everybody on
    the network can read what is. Raises `UsageError` where nobody else can see the page."""
    address = None if web is None else parse_address(web)
    if address is None or address.local or not address.port:
        raise UsageError(
            f'the settings have no page that others can see: web = "0.0.0.0:8080", not {web!r}'
        )
    kind = "_http._tcp" if address.cert is None else "_https._tcp"
    return TEXT.format(kind=kind, port=address.port)

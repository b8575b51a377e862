"""All tables, in an order in which references come before what refers to them."""

from sandbox.routeros.spec import TableSpec
from sandbox.routeros.tables import addresses, dhcp, firewall, hotspot, interfaces, ppp, queues, radius, system

ALL_TABLES: tuple[TableSpec, ...] = (
    *system.TABLES,
    *interfaces.TABLES,
    *addresses.TABLES,
    *queues.TABLES,
    *ppp.TABLES,
    *interfaces.SERVERS,
    *hotspot.TABLES,
    *dhcp.TABLES,
    *firewall.TABLES,
    *radius.TABLES,
)

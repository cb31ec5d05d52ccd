"""Ways out of a network: from a function to its subnets, from a subnet to its routes, from a VPC to its endpoints.

Ids are AWS's to give, so a first plan knows none of them: then references are followed through the configuration. Of
several instances one is told by its own key (`each.key`), or by what is taken of a module's output: the `app` of
`module.network.tiers["app"]` stands for the subnets whose key is `app` or begins with `app/`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eventyard.plans.document import UNKNOWN, Document, Hole, Resource, as_list

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from eventyard.plans.wiring import Origin

SUBNET, TABLE, VPC = "aws_subnet", "aws_route_table", "aws_vpc"
_INDEX = re.compile(r"\[[^\]]*\]")
_ANYWHERE = {"destination_cidr_block": "0.0.0.0/0", "cidr_block": "0.0.0.0/0"}
_ANYWHERE_IPV6 = {"destination_ipv6_cidr_block": "::/0", "ipv6_cidr_block": "::/0"}
# An internet gateway, and with it `gateway_id`, is of use only to what has a public address.
_EXITS = (
    "nat_gateway_id", "transit_gateway_id", "network_interface_id", "vpc_endpoint_id", "core_network_arn",
    "local_gateway_id", "carrier_gateway_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A VPC endpoint: the service as AWS names it after `com.amazonaws.<region>`, and the network it is in."""

    resource: Resource
    service: str
    vpc: Resource | Hole | None


@dataclass(frozen=True, slots=True)
class Placed:
    """The subnets a function runs in; some of them where it is not `certain` that it is all."""

    subnets: tuple[Resource, ...]
    certain: bool = True


class Networks:
    """The networks of a plan or a state.

    Parameters
    ----------
    document
        The plan or state.
    """

    def __init__(self, document: Document) -> None:
        self.document = document

    def subnets(self, function: Resource) -> Placed | Hole:
        """Return this plan's subnets that a function may run in; none when it is in no network of this plan."""
        blocks: object = function.value("vpc_config")
        if blocks is UNKNOWN:
            return UNKNOWN
        ids = function.value("vpc_config", 0, "subnet_ids") if blocks else None
        if ids is UNKNOWN or (isinstance(ids, list) and UNKNOWN in ids):
            return self._traced(function)
        known = {subnet.value("id"): subnet for subnet in self.document.of(SUBNET)}
        return Placed(tuple(known[id_] for id_ in ids or () if id_ in known))

    def has_way_out(self, subnet: Resource, *, ipv6: bool) -> bool | Hole | None:
        """Return whether a function in `subnet` reaches what is outside; None when its routes are another state's."""
        table = self._table(subnet)
        if isinstance(table, Hole) or table is None:
            return table
        answers = {self._leads_out(by, route, ipv6=ipv6) for by, route in self._routes(table)}
        if True in answers:
            return True
        return UNKNOWN if UNKNOWN in answers else False

    def endpoints(self, subnet: Resource) -> tuple[set[str], bool]:
        """Return the services with an endpoint in the network of `subnet`; and whether some can't be told."""
        vpc = self.pointed(subnet, "vpc_id", VPC)
        found: set[str] = set()
        hidden = False
        for endpoint in self._endpoints():
            if self._same_network(subnet, vpc, endpoint):
                found.add(endpoint.service)
            hidden = hidden or endpoint.vpc is UNKNOWN
        return found, hidden or vpc is UNKNOWN

    def pointed(self, resource: Resource, argument: str, type_: str) -> Resource | Hole | None:
        """Return the one resource of `type_` whose id `argument` holds: None when it is not in this plan."""
        id_ = resource.value(argument)
        if id_ is UNKNOWN:
            names = resource.references.get(argument, ())
            found = self._instances(resource, self.document.wiring.origins(resource.module, names), type_)
            same = [one for one in found if one.key == resource.key]
            found = same if len(found) > 1 and "each.key" in names else found
            return found[0] if len(found) == 1 else UNKNOWN
        return next((one for one in self.document.of(type_) if id_ is not None and one.value("id") == id_), None)

    def _traced(self, function: Resource) -> Placed | Hole:
        """Return the subnets a first plan hands a function: by its own argument, else by what its module is handed."""
        wiring = self.document.wiring
        origins = set(wiring.origins(function.module, function.references.get("vpc_config", ())))
        if not any(origin.type == SUBNET for origin in origins):
            origins = {origin for handed in wiring.of_inputs(function.module).values() for origin in handed}
        of = {origin for origin in origins if origin.type == SUBNET}
        found = self._instances(function, of, SUBNET)
        certain = len(found) == 1 or all(origin.step or origin.key for origin in of)
        return Placed(tuple(found), certain) if found else UNKNOWN

    def _instances(self, asker: Resource, origins: Iterable[Origin], type_: str) -> list[Resource]:
        found: dict[str, Resource] = {}
        for origin in origins:
            if origin.type != type_:
                continue
            every = [one for one in self.document.of(type_) if _is_of(one, origin, asker)]
            narrow = [one for one in every if origin.step and _within(one.key, origin.step)]
            found.update((one.address, one) for one in narrow or every)
        return [found[address] for address in sorted(found)]

    def _table(self, subnet: Resource) -> Resource | Hole | None:
        """Return a subnet's route table, or its VPC in place of a main table that nothing here manages."""
        hidden = False
        for association in self.document.of("aws_route_table_association"):
            of = self.pointed(association, "subnet_id", SUBNET)
            if of is subnet:
                return self.pointed(association, "route_table_id", TABLE)
            hidden = hidden or of is UNKNOWN
        vpc = self.pointed(subnet, "vpc_id", VPC)
        if hidden or isinstance(vpc, Hole):
            return UNKNOWN
        for main in self.document.of("aws_main_route_table_association"):
            if self.pointed(main, "vpc_id", VPC) is vpc:
                return self.pointed(main, "route_table_id", TABLE)
        for default in self.document.of("aws_default_route_table"):
            if self._is_main(default, "default_route_table_id", vpc):
                return default
        return vpc

    def _routes(self, table: Resource) -> Iterator[tuple[Resource, dict[str, Any]]]:
        """Yield the routes of a table, those written in it and those apart, each with the resource that holds it."""
        written = table.value("route")
        if written is UNKNOWN:
            written = table.optional("route")
        for route in as_list(written):
            yield table, route if isinstance(route, dict) else {"cidr_block": UNKNOWN}
        for route in self.document.of("aws_route"):
            of = self.pointed(route, "route_table_id", TABLE)
            if of is table or self._is_main(route, "route_table_id", table):
                # what the configuration leaves out is unknown for no other reason
                yield route, {name: route.optional(name) for name in route.values}
            elif of is UNKNOWN and not self._of_another_main(route):
                yield route, {"cidr_block": UNKNOWN}

    def _is_main(self, resource: Resource, argument: str, owner: Resource | None) -> bool:
        """Return whether `argument` holds the main route table of the VPC, or the default table, `owner`."""
        if owner is None or owner.type not in {VPC, "aws_default_route_table"}:
            return False
        known = {owner.value(name) for name in ("main_route_table_id", "default_route_table_id", "id")} - {
            UNKNOWN,
            None,
        }
        if resource.value(argument) is not UNKNOWN:
            return resource.value(argument) in known
        origins = self.document.wiring.origins(resource.module, resource.references.get(argument, ()))
        return owner in self._instances(resource, origins, owner.type)

    def _of_another_main(self, route: Resource) -> bool:
        origins = self.document.wiring.origins(route.module, route.references.get("route_table_id", ()))
        return any(origin.type in {VPC, "aws_default_route_table"} for origin in origins)

    def _leads_out(self, by: Resource, route: dict[str, Any], *, ipv6: bool) -> bool | Hole:
        anywhere = {**_ANYWHERE, **(_ANYWHERE_IPV6 if ipv6 else {})}
        to = {name: route.get(name) for name in anywhere}
        if not any(value == anywhere[name] or value is UNKNOWN for name, value in to.items()):
            return False
        exits = [route.get(name) for name in (*_EXITS, *(("egress_only_gateway_id",) if ipv6 else ()))]
        if any(exits) and UNKNOWN not in to.values():
            return True
        return UNKNOWN if UNKNOWN in to.values() else self._through_gateway(by, route.get("gateway_id"))

    def _through_gateway(self, by: Resource, gateway: object) -> bool | Hole:
        """Return whether `gateway_id` is one that needs no public address: a VPN's."""
        if gateway is UNKNOWN:
            names = (*by.references.get("gateway_id", ()), *by.references.get("route", ()))
            types = {origin.type for origin in self.document.wiring.origins(by.module, names)}
            if "aws_vpn_gateway" in types:
                return True if "aws_internet_gateway" not in types else UNKNOWN
            return False if "aws_internet_gateway" in types else UNKNOWN
        return isinstance(gateway, str) and gateway.startswith("vgw-")

    def _endpoints(self) -> Iterator[Endpoint]:
        for resource in self.document.of("aws_vpc_endpoint"):
            name = resource.value("service_name")
            if isinstance(name, str) and resource.value("vpc_endpoint_type") in {"Gateway", "Interface", None}:
                yield Endpoint(resource, _service(name), self.pointed(resource, "vpc_id", VPC))

    def _same_network(self, subnet: Resource, vpc: Resource | Hole | None, endpoint: Endpoint) -> bool:
        if isinstance(vpc, Resource):
            return endpoint.vpc is vpc
        id_ = subnet.value("vpc_id")
        return isinstance(id_, str) and endpoint.resource.value("vpc_id") == id_


def _service(name: str) -> str:
    """Return `sqs` of `com.amazonaws.eu-west-1.sqs`, and `ecr.api` of a longer one."""
    return name.split("amazonaws.", 1)[-1].partition(".")[2]


def _within(key: str, step: str) -> bool:
    """Return whether an instance's key is `step`, or begins with `step/`."""
    own = key.strip('[]"')
    return own == step or own.startswith(f"{step}/")


def _is_of(one: Resource, origin: Origin, asker: Resource) -> bool:
    """Return whether `asker` would mean `one` by `origin`: of several instances of a module, the one it is in."""
    if (_INDEX.sub("", one.module), one.local_name) != (origin.module, origin.name):
        return False
    if origin.key is not None and one.key != f'["{origin.key}"]':
        return False
    for mine, its in zip(_steps(asker.module), _steps(one.module), strict=False):
        if _INDEX.sub("", mine) != _INDEX.sub("", its):
            break
        if mine != its:
            return False
    return True


def _steps(module: str) -> list[str]:
    return re.findall(r'module\.[\w-]+(?:\[(?:"[^"]*"|\d+)\])?', module)

"""Python's registry, its clients and a service of it: registry.py <descriptor set> <port> <publishing port>."""

import sys

import peer
from dividere import messaging, registry, service

image, port, sub_port = sys.argv[1:]
peer.load(image)
Msg01 = peer.message("Msg01")

registry.ServiceRegistry.Server.port = int(port)
registry.ServiceRegistry.Server.subPort = int(sub_port)
# The original asks for a route to 8.8.8.8, which a machine without the internet has not.
registry.ServiceRegistry.Client.getLocalIp = lambda self: "127.0.0.1"


class Reverser(service.Service):
    def handleMsg01(self, msg):
        self.send(Msg01(field1=msg.field1[::-1]))


def run(command):
    what = command["command"]
    if what == "serve":
        objects["server"] = registry.ServiceRegistry.Server()
        return None
    if what == "startService":
        objects["service"] = Reverser()
        return {"name": objects["service"].name_, "port": objects["service"].port_}
    if what == "stopService":
        stopped = objects.pop("service")
        stopped.stop()
        stopped.tid_.join()
        stopped.tid1_.join()
        return None
    client = registry.ServiceRegistry.Client("127.0.0.1", int(port))
    if what == "register":
        return client.registerService(command["name"], command["port"])
    if what == "unregister":
        return client.unregisterService(command["name"], command["port"])
    found = client.lookupService(command["name"])
    if what == "lookup":
        return {"name": found.name, "server": found.server, "port": found.port}
    request = messaging.Request("tcp://%s:%d" % (found.server, found.port))
    request.send(Msg01(field1=command["text"]))
    return request.recv().field1


objects = {}
peer.ready()
for command in peer.commands():
    peer.emit("answer", value=run(command))

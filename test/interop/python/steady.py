"""A service in Python that answers without that second of sleep: steady.py <descriptor set> <port> <publishing port> <own port>."""

import sys

import peer
from dividere import messaging, registry, service

image, port, sub_port, own_port = sys.argv[1:]
peer.load(image)
Msg01 = peer.message("Msg01")

registry.ServiceRegistry.Server.port = int(port)
registry.ServiceRegistry.Server.subPort = int(sub_port)
# The original asks for a route to 8.8.8.8, which a machine without the internet has not.
registry.ServiceRegistry.Client.getLocalIp = lambda self: "127.0.0.1"


class Steady(service.Service):
    def setupSocket(self):
        # The original takes the first free port from 5101, which may just have been another service's.
        self.name_ = "steady"
        self.port_ = int(own_port)
        self.sock_ = messaging.Response("tcp://*:%d" % self.port_)
        registry.ServiceRegistry.Client("localhost", int(port)).registerService(self.name_, self.port_)

    def run(self):
        while not self.done_:
            if self.wait(100):
                self.send(Msg01(field1=self.recv().field1[::-1]))


steady = Steady()
peer.ready(port=steady.port_)
for command in peer.commands():
    pass

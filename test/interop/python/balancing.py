"""One part of dividere's load balancing: balancing.py <descriptor set> <role> <arguments of the role>"""

import sys
import threading

import peer
import zmq
from dividere import MsgLib, connection, messaging

image, role, *arguments = sys.argv[1:]
peer.load(image)
Msg01 = peer.message("Msg01")


def died(failure):
    peer.emit("died", error=f"{failure.exc_type.__name__}: {failure.exc_value}")


threading.excepthook = died


def watch(broker):
    """Has a broker tell how many workers it knows, and when one of them gives a sign. It looks at them after each message."""
    original = broker.heartbeatServers

    def heartbeat_servers(self):
        original(self)
        before, self.before = getattr(self, "before", {}), dict(self.queue_)
        if before.keys() != self.before.keys():
            peer.emit("workers", count=len(self.before))
        elif before != self.before:
            peer.emit("sign")

    broker.heartbeatServers = heartbeat_servers


class Worker(connection.LoadBalancingPattern.Worker):
    """With a run() of its own, as every Python worker has to have: dividere's ends at its first request."""

    def run(self, endpoint):
        sock = connection.Dealer(endpoint)
        sock.send(connection.LoadBalancingPattern.Broker.ServerRegisterMsg)
        while True:
            message = sock.recv()
            if message == connection.LoadBalancingPattern.Broker.HeartbeatMsg:
                sock.send(message)
            else:
                route, request = message
                peer.emit("request", text=request.decode())
                sock.send((route, b"python " + request))


class Server(messaging.LoadBalancingPattern.Server.ServerMsgReactor):
    def handleMsg01(self, link, route, message):
        peer.emit("request", text=message.field1)
        link.send((route, Msg01(field1="python " + message.field1)))


def broker_of_bytes(frontend, backend, rate):
    broker = connection.LoadBalancingPattern.Broker
    broker.HeartbeatRate = float(rate)
    watch(broker)
    return broker(zmq.ROUTER, int(frontend), zmq.ROUTER, int(backend))


def broker_of_messages(frontend, backend, rate):
    broker = messaging.LoadBalancingPattern.Broker
    broker.HeartbeatRate = float(rate)
    watch(broker)
    return broker(int(frontend), int(backend))


def worker(endpoint):
    return Worker(endpoint)


def plain_worker(endpoint):
    return connection.LoadBalancingPattern.Worker(endpoint)


def server(endpoint, rate):
    messaging.LoadBalancingPattern.Broker.HeartbeatRate = float(rate)
    return messaging.LoadBalancingPattern.Server(endpoint, Server([messaging.Dealer(endpoint)]))


def odd_server(endpoint):
    """A server whose identity is no UTF-8, which dividere's own cannot have."""
    sock = zmq.Context.instance().socket(zmq.DEALER)
    sock.setsockopt(zmq.IDENTITY, b"\xff\xfe\x80")
    sock.connect(endpoint)
    sock.send(messaging.ProtoBuffEncoder().encode(MsgLib.Heartbeat()).SerializeToString())
    threading.Thread(target=serve_oddly, args=(sock,), daemon=True).start()
    return sock


def serve_oddly(sock):
    while True:
        sock.send_multipart(sock.recv_multipart())


roles = {
    "broker of bytes": broker_of_bytes,
    "broker of messages": broker_of_messages,
    "worker": worker,
    "plain worker": plain_worker,
    "server": server,
    "odd server": odd_server,
}
part = roles[role](*arguments)
peer.ready()
for command in peer.commands():
    pass

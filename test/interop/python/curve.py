"""A peer of the CURVE tests that knows nothing of dividere: pyzmq, with the keys in its own files.

It opens one socket, and sends and receives what it is told.
"""

import peer
import zmq
import zmq.auth
from zmq.auth.thread import ThreadAuthenticator

context = zmq.Context()
authenticator = None
sockets = {}


def secure(socket, command):
    public, secret = zmq.auth.load_certificate(command["keys"])
    socket.curve_publickey = public
    socket.curve_secretkey = secret
    if "server" in command:
        socket.curve_serverkey, _ = zmq.auth.load_certificate(command["server"])
    else:
        socket.curve_server = True


def open_socket(command):
    global authenticator
    socket = context.socket(getattr(zmq, command["type"]))
    socket.linger = 0
    socket.rcvtimeo = 10_000
    socket.heartbeat_ivl = command.get("heartbeat", 0)
    socket.heartbeat_timeout = 40 * command.get("heartbeat", 0)
    if "identity" in command:
        socket.setsockopt_string(zmq.IDENTITY, command["identity"])
    if command.get("handover"):
        socket.setsockopt(zmq.ROUTER_HANDOVER, 1)
    if "allow" in command and authenticator is None:
        authenticator = ThreadAuthenticator(context)
        authenticator.start()
        authenticator.configure_curve(domain="*", location=command["allow"])
    secure(socket, command)
    if command["type"] == "SUB":
        socket.setsockopt(zmq.SUBSCRIBE, b"")
    if "bind" in command:
        socket.bind(command["bind"])
    else:
        socket.connect(command["connect"])
    sockets[command["name"]] = socket
    peer.emit("opened", endpoint=socket.getsockopt_string(zmq.LAST_ENDPOINT))


def carry_out(command):
    match command["command"]:
        case "make_keys":
            zmq.auth.create_certificates(command["folder"], command["name"])
            peer.emit("made")
        case "open":
            open_socket(command)
        case "send":
            sockets[command["name"]].send_multipart([bytes.fromhex(f) for f in command["frames"]])
            peer.emit("sent")
        case "receive":
            frames = sockets[command["name"]].recv_multipart()
            peer.emit("received", frames=[f.hex() for f in frames])
        case "close":
            sockets.pop(command["name"]).close()
            peer.emit("closed")


peer.ready(libzmq=zmq.zmq_version())
for command in peer.commands():
    try:
        carry_out(command)
    except Exception as error:
        peer.emit("failed", error=repr(error))

"""The service of the taxes, with dividere from PyPI; main.ts starts it."""

import os
import signal
import sys
import time

import zmq
from dividere import MsgLib, messaging
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

RATES = {"DE": 0.19, "FR": 0.20, "SE": 0.25}
stopping = False


def load(path):
    """Makes the messages known that `buf build` wrote; with protoc it would be `import messages_pb2`."""
    with open(path, "rb") as image:
        for file in descriptor_pb2.FileDescriptorSet.FromString(image.read()).file:
            descriptor_pool.Default().AddSerializedFile(file.SerializeToString())


def message(name):
    return message_factory.GetMessageClass(descriptor_pool.Default().FindMessageTypeByName(name))


def answer(request):
    """Answers one request; what it cannot answer, it refuses."""
    if type(request).__name__ != "Net" or request.country not in RATES:
        return MsgLib.ack(ok=False)
    return message("Gross")(cents=round(request.cents * (1 + RATES[request.country])))


def tell(registry, entry):
    """Registers or unregisters; gives whether the registry has agreed."""
    client = messaging.Request(registry)
    client.send(entry)
    return client.wait(2000) and client.recv().ok


def register(registry, entry):
    while not stopping and not tell(registry, entry):
        time.sleep(0.2)


def serve(registry, events):
    # messaging.Response listens on every network of the machine. This socket listens on the machine itself.
    socket = zmq.Context.instance().socket(zmq.REP)
    port = socket.bind_to_random_port("tcp://127.0.0.1")
    encoder, decoder = messaging.ProtoBuffEncoder(), messaging.ProtoBuffDecoder()
    place = {"serviceName": "tax", "server": "127.0.0.1", "port": port}
    rediscovery = messaging.Subscriber(events)
    register(registry, MsgLib.RegisterService(**place))
    print("registered", flush=True)
    while not stopping:
        if rediscovery.wait(0):
            rediscovery.recv()
            register(registry, MsgLib.RegisterService(**place))
        if not socket.poll(100):
            continue
        envelope = MsgLib.msgEnvelope.FromString(socket.recv())
        try:
            reply = answer(decoder.decode(envelope))
        except KeyError:  # A message that it does not know.
            reply = MsgLib.ack(ok=False)
        socket.send(encoder.encode(reply).SerializeToString())
    tell(registry, MsgLib.UnregisterService(**place))
    socket.close(0)


def stop(*_):
    global stopping
    stopping = True


for name in (signal.SIGINT, signal.SIGTERM):
    signal.signal(name, stop)
load(sys.argv[1])
endpoint = os.environ.get("REGISTRY", "tcp://127.0.0.1:5000")
host, registry_port = endpoint.rsplit(":", 1)
serve(endpoint, "%s:%d" % (host, int(registry_port) + 1))

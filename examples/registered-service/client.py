"""A client of the same service in Python, with dividere from PyPI: npm run client:python"""

import os
import sys

from dividere import MsgLib, messaging, registry
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory


def load(path):
    """Makes the messages known that `buf build` wrote; with protoc it would be `import words_pb2`."""
    with open(path, "rb") as image:
        for file in descriptor_pb2.FileDescriptorSet.FromString(image.read()).file:
            descriptor_pool.Default().AddSerializedFile(file.SerializeToString())


def message(name):
    return message_factory.GetMessageClass(descriptor_pool.Default().FindMessageTypeByName(name))


# dividere's sockets run threads, and end them when they are collected: at the end of a function.
def define(words):
    endpoint = os.environ.get("REGISTRY", "tcp://127.0.0.1:5000")
    host, port = endpoint.removeprefix("tcp://").split(":")
    place = registry.ServiceRegistry.Client(host, int(port)).lookupService("dictionary")
    if place.port == 0:
        sys.exit("no dictionary is registered")
    dictionary = messaging.Request("tcp://%s:%d" % (place.server, place.port))
    for text in words:
        dictionary.send(message("Word")(text=text))
        reply = dictionary.recv()
        # What a Python client gets for a request that was refused.
        refused = isinstance(reply, MsgLib.ack)
        print("%s: %s" % (text, "(refused)" if refused else reply.text))


load(sys.argv[1])
define(sys.argv[2:] or ["endpoint", "registry", "sonnet"])

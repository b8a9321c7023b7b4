"""Asks a reactor about itself with nothing but pyzmq and protobuf, and calls an rpc by the schema that it gets."""

import sys

import zmq
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

import peer

image, endpoint = sys.argv[1:]
peer.load(image)
msgEnvelope = peer.message("msgEnvelope")

requester = zmq.Context.instance().socket(zmq.REQ)
requester.rcvtimeo = 20_000
requester.linger = 0
requester.connect(endpoint)


def ask(request, response_class, rpc=""):
    """Sends a request, and gives its response; a plain request names no rpc."""
    envelope = msgEnvelope(msgName=request.DESCRIPTOR.full_name, rpc=rpc)
    envelope.msg.Pack(request)
    requester.send(envelope.SerializeToString())
    reply = msgEnvelope.FromString(requester.recv())
    response = response_class()
    if not reply.msg.Unpack(response):
        raise ValueError(f"got {reply.msg.type_url} with the status {reply.status.code}")
    return response


def introspect(name, plain):
    """Calls an rpc of the introspection."""
    rpc = "" if plain else f"dividere.v1.Introspection/{name}"
    request = peer.message(f"dividere.v1.{name}Request")()
    return ask(request, peer.message(f"dividere.v1.{name}Response"), rpc)


def call(rpc, request):
    """Calls an rpc whose messages this program learns from the reactor alone."""
    files = descriptor_pb2.FileDescriptorSet.FromString(introspect("GetSchema", False).file_descriptor_set)
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.Add(file)
    service, _, method = rpc.partition("/")
    found = pool.FindServiceByName(service).FindMethodByName(method)
    request_class = message_factory.GetMessageClass(found.input_type)
    response_class = message_factory.GetMessageClass(found.output_type)
    return ask(json_format.ParseDict(request, request_class()), response_class, rpc)


peer.ready()

for command in peer.commands():
    if command["command"] == "introspect":
        answer = introspect(command["name"], command["plain"])
        peer.emit("told", answer=json_format.MessageToDict(answer))
    else:
        answer = call(command["rpc"], command["request"])
        peer.emit("answered", answer=json_format.MessageToDict(answer))

"""Makes any of dividere's objects and calls them, as a test says: objects.py <descriptor set>."""

import base64
import sys

import dividere
import peer
from google.protobuf import json_format, message

peer.load(sys.argv[1])
peer.ready()

objects = {}


def into(value):
    """Makes of a JSON value what a method takes: {"$type", …} is a message, {"$bytes"} bytes, {"$tuple"} a tuple."""
    if isinstance(value, list):
        return [into(each) for each in value]
    if isinstance(value, dict):
        if "$type" in value:
            return json_format.ParseDict(value["fields"], peer.message(value["$type"])())
        if "$class" in value:
            return peer.message(value["$class"])
        if "$bytes" in value:
            return base64.b64decode(value["$bytes"])
        if "$tuple" in value:
            return tuple(into(each) for each in value["$tuple"])
        if "$eval" in value:
            import zmq  # for the socket types that a broker takes

            return eval(value["$eval"])
    return value


def out(value):
    """The other way round."""
    if isinstance(value, message.Message):
        fields = json_format.MessageToDict(value, always_print_fields_with_no_presence=True)
        return {"$type": value.DESCRIPTOR.full_name, "fields": fields}
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode()}
    if isinstance(value, tuple):
        return {"$tuple": [out(each) for each in value]}
    if isinstance(value, list):
        return [out(each) for each in value]
    return value


def make(path, arguments):
    target = dividere
    for part in path.split("."):
        target = getattr(target, part)
    return target(*arguments)


for command in peer.commands():
    arguments = [into(each) for each in command.get("arguments", [])]
    try:
        if command["command"] == "make":
            objects[command["name"]] = make(command["class"], arguments)
            peer.emit("answer", value=None)
        elif command["command"] == "drop":
            del objects[command["name"]]
            peer.emit("answer", value=None)
        else:
            method = objects[command["name"]]
            for part in command["method"].split("."):
                method = getattr(method, part)
            result = method(*arguments)
            peer.emit("answer", value=out(result))
    except Exception as error:
        peer.emit("answer", error=f"{type(error).__name__}: {error}")

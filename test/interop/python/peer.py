"""What the Python scripts of the interop tests share; test/support/python.ts is the other side of it.

A script prints events and takes commands, one line of JSON each. It ends when its input closes, so
none outlives the test that started it.
"""

import importlib
import json
import os
import queue
import sys
import threading

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

_commands = queue.Queue()


def _read():
    for line in sys.stdin:
        _commands.put(json.loads(line))
    # Not sys.exit: dividere's own threads may never end.
    os._exit(0)


def emit(event, **fields):
    """Prints an event for the test to wait for."""
    print(json.dumps({"event": event, **fields}), flush=True)


def ready(**fields):
    """Says that everything is bound and connected; the test's start() returns then."""
    threading.Thread(target=_read, daemon=True).start()
    emit("ready", **fields)


def commands():
    """Gives each command as it comes: a dict whose "command" says what to do."""
    while True:
        yield _commands.get()


def load(image):
    """Makes the messages of a descriptor set known to dividere: the file that `buf build -o` writes."""
    files = descriptor_pb2.FileDescriptorSet()
    with open(image, "rb") as source:
        files.ParseFromString(source.read())
    pool = descriptor_pool.Default()
    for file in files.file:
        if file.name.startswith("google/protobuf/"):
            importlib.import_module(file.name.replace("/", ".").removesuffix(".proto") + "_pb2")
        else:
            pool.AddSerializedFile(file.SerializeToString())


def message(name):
    """The class of a message, by its full name."""
    return message_factory.GetMessageClass(descriptor_pool.Default().FindMessageTypeByName(name))

"""Python's dividere as a peer of the benches: a publisher, a subscriber, a client or a server."""

import json
import os
import sys
import threading
import time

from dividere import messaging
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

options = json.loads(sys.argv[1])


def emit(event, **fields):
    print(json.dumps({"event": event, **fields}), flush=True)


def commands():
    for line in sys.stdin:
        yield json.loads(line)
    # Not sys.exit: dividere's own threads may never end.
    os._exit(0)


def load(image):
    """Makes the messages of a descriptor set known to dividere."""
    import google.protobuf.empty_pb2  # noqa: F401: known to the pool from now on

    files = descriptor_pb2.FileDescriptorSet()
    with open(image, "rb") as source:
        files.ParseFromString(source.read())
    pool = descriptor_pool.Default()
    for file in files.file:
        if not file.name.startswith("google/protobuf/"):
            pool.AddSerializedFile(file.SerializeToString())


def message(name):
    return message_factory.GetMessageClass(descriptor_pool.Default().FindMessageTypeByName(name))


load(options["image"])
Telegram = message("Telegram")
Question = message("Question")


def payload_of(size):
    """A payload with which a message has exactly so many bytes; roles/load.ts has the same."""
    length = size - 7
    while Question(number=1, payload=bytes(length)).ByteSize() > size:
        length -= 1
    return b"\7" * length


def clock():
    return time.clock_gettime(time.CLOCK_MONOTONIC)


def publisher():
    socket = messaging.Publisher(f"tcp://*:{options['port']}")
    emit("ready", endpoint=f"tcp://127.0.0.1:{options['port']}")
    for command in commands():
        fields = {}
        if command["command"] == "probe":
            socket.send(Telegram())
        elif command["command"] == "send":
            payload = payload_of(command["size"])
            fields["at"] = clock()
            for number in range(1, command["count"] + 1):
                socket.send(Telegram(number=number, payload=payload))
        emit(command["command"], **fields)


def subscriber():
    socket = messaging.Subscriber(options["endpoint"])
    state = {"left": 0, "joined": False}

    def receive():
        while True:
            received = socket.recv()
            if received.number == 0:
                if not state["joined"]:
                    emit("joined")
                state["joined"] = True
                continue
            state["left"] -= 1
            if state["left"] == 0:
                emit("counted", at=clock())

    threading.Thread(target=receive, daemon=True).start()
    emit("ready")
    for command in commands():
        state["left"] = command["count"]
        emit(command["command"])


def server():
    socket = messaging.Response(f"tcp://*:{options['port']}")

    def answer():
        while True:
            question = socket.recv()
            socket.send(Question(number=question.number, payload=question.payload))

    threading.Thread(target=answer, daemon=True).start()
    emit("ready", endpoint=f"tcp://127.0.0.1:{options['port']}")
    for command in commands():
        emit(command["command"])


def client():
    socket = messaging.Request(options["endpoint"])
    emit("ready")
    for command in commands():
        payload = payload_of(command["size"])
        started = clock()
        for number in range(1, command["count"] + 1):
            socket.send(Question(number=number, payload=payload))
            if socket.recv().number != number:
                raise RuntimeError("an answer to another question")
        emit(command["command"], seconds=clock() - started)


{"publisher": publisher, "subscriber": subscriber, "server": server, "client": client}[options["kind"]]()

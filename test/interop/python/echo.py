"""Sends each "send" from a dividere Request to a dividere Response and back, both in this process."""

import sys

import peer
from dividere import messaging

image, port = sys.argv[1:]
peer.load(image)
Msg01 = peer.message("Msg01")

response = messaging.Response(f"tcp://*:{port}")
request = messaging.Request(f"tcp://127.0.0.1:{port}")
peer.ready()

for command in peer.commands():
    request.send(Msg01(field1=command["text"]))
    response.send(response.recv())
    peer.emit("received", text=request.recv().field1)

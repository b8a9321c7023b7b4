"""Talks to a reactor of dīvidere with nothing but pyzmq and protobuf.

python client.py request   ENDPOINT TEXT...   asks the reactor to reverse each text
python client.py count     ENDPOINT FROM      prints a stream of numbers, from FROM down to 1
python client.py subscribe ENDPOINT COUNT     prints so many events
python client.py publish   ENDPOINT TEXT...   publishes each text as an event
"""

import sys

import zmq
from greeter_pb2 import Count, CountDownRequest, Msg01, Msg02
from MsgLib_pb2 import ack, msgEnvelope


class Refused(Exception):
    """The reactor could not serve the request."""


def wrap(message):
    """Puts a message into an envelope."""
    envelope = msgEnvelope(msgName=message.DESCRIPTOR.full_name)
    envelope.msg.Pack(message)
    return envelope.SerializeToString()


def unwrap(frame, message_class):
    """Takes a message of the expected class out of an envelope."""
    envelope = msgEnvelope.FromString(frame)
    message, refusal = message_class(), ack()
    if envelope.msg.Unpack(message):
        return message
    if envelope.msg.Unpack(refusal) and not refusal.ok:
        raise Refused
    raise ValueError(f"expected a {message_class.__name__}, got {envelope.msg.type_url}")


def topic(message_class):
    """Returns the prefix of a message type's envelopes: 0x0a, the length of its name, its name."""
    return msgEnvelope(msgName=message_class.DESCRIPTOR.full_name).SerializeToString()


def request(context, endpoint, texts):
    with context.socket(zmq.REQ) as requester:
        requester.connect(endpoint)
        # In milliseconds; without it, the client waits for a missing reactor for ever.
        requester.rcvtimeo = 5_000
        requester.linger = 0
        for text in texts:
            requester.send(wrap(Msg01(field1=text)))
            try:
                print(f"{text}: {unwrap(requester.recv(), Msg01).field1}")
            except Refused:
                print(f"{text}: (refused)")


def count(context, endpoint, first):
    """Reads a stream of responses. The server sends no more than the client has granted it credit for."""
    window = 100
    with context.socket(zmq.DEALER) as dealer:
        dealer.connect(endpoint)
        dealer.rcvtimeo = 5_000
        dealer.linger = 1_000
        # The id of the call, an empty frame, an envelope: all steps of the call, both ways, travel like that.
        opening = msgEnvelope(msgName=CountDownRequest.DESCRIPTOR.full_name, rpc="Greeter/CountDown")
        opening.msg.Pack(CountDownRequest(**{"from": first}))
        opening.stream.kind = msgEnvelope.Stream.OPEN
        opening.stream.credit.messages = window
        opening.stream.credit.bytes = 1_000_000
        dealer.send_multipart([b"1", b"", opening.SerializeToString()])
        used = msgEnvelope.Credit()
        while True:
            _, _, frame = dealer.recv_multipart()
            envelope = msgEnvelope.FromString(frame)
            match envelope.stream.kind:
                case msgEnvelope.Stream.MESSAGE:
                    number = Count()
                    envelope.msg.Unpack(number)
                    print(number.value)
                    used.messages += 1
                    used.bytes += len(envelope.msg.value)
                case msgEnvelope.Stream.END:
                    if envelope.status.code:
                        print(f"({envelope.status.code}: {envelope.status.message})")
                    return
            if used.messages >= window // 2:
                granting = msgEnvelope()
                granting.stream.kind = msgEnvelope.Stream.CREDIT
                granting.stream.credit.CopyFrom(used)
                dealer.send_multipart([b"1", b"", granting.SerializeToString()])
                used.Clear()


def subscribe(context, endpoint, count):
    with context.socket(zmq.SUB) as subscriber:
        subscriber.subscribe(topic(Msg02))
        subscriber.connect(endpoint)
        for _ in range(count):
            print(unwrap(subscriber.recv(), Msg02).field1, flush=True)


def publish(context, endpoint, texts):
    # A PUB loses messages that it sends before a subscription; an XPUB receives subscriptions.
    with context.socket(zmq.XPUB) as publisher:
        publisher.bind(endpoint)
        while not is_subscription(publisher.recv(), Msg02):
            pass
        for text in texts:
            publisher.send(wrap(Msg02(field1=text)))


def is_subscription(frame, message_class):
    """Returns whether a frame from an XPUB, 1 and a prefix, subscribes to envelopes of the class."""
    # Behind the name, every envelope has 0x12, with which a subscriber of dividere ends its prefix.
    return frame[:1] == b"\x01" and (topic(message_class) + b"\x12").startswith(frame[1:])


match sys.argv[1:]:
    case ["request", endpoint, *texts]:
        run, argument = request, texts
    case ["count", endpoint, first]:
        run, argument = count, int(first)
    case ["subscribe", endpoint, number]:
        run, argument = subscribe, int(number)
    case ["publish", endpoint, *texts]:
        run, argument = publish, texts
    case _:
        sys.exit(__doc__)

with zmq.Context() as context:
    run(context, endpoint, argument)

// Talks to a reactor of dīvidere with nothing but ZeroMQ and protobuf.
//
//	client request   ENDPOINT TEXT...   asks the reactor to reverse each text
//	client subscribe ENDPOINT COUNT     prints so many events
//	client publish   ENDPOINT TEXT...   publishes each text as an event
package main

//go:generate sh generate.sh

import (
	"errors"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"
	"time"

	"clients/gen"

	zmq "github.com/pebbe/zmq4"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
)

var errRefused = errors.New("the reactor could not serve the request")

// wrap puts a message into an envelope.
func wrap(message proto.Message) ([]byte, error) {
	packed, err := anypb.New(message)
	if err != nil {
		return nil, err
	}
	return proto.Marshal(&gen.MsgEnvelope{MsgName: nameOf(message), Msg: packed})
}

// unwrap takes a message of the expected type out of an envelope.
func unwrap(frame []byte, message proto.Message) error {
	var envelope gen.MsgEnvelope
	if err := proto.Unmarshal(frame, &envelope); err != nil {
		return err
	}
	var refusal gen.Ack
	if envelope.Msg.MessageIs(&refusal) && envelope.Msg.UnmarshalTo(&refusal) == nil && !refusal.Ok {
		return errRefused
	}
	return envelope.Msg.UnmarshalTo(message)
}

// topic returns the prefix of a message type's envelopes: 0x0a, the length of its name, its name.
func topic(message proto.Message) (string, error) {
	bytes, err := proto.Marshal(&gen.MsgEnvelope{MsgName: nameOf(message)})
	return string(bytes), err
}

func nameOf(message proto.Message) string {
	return string(message.ProtoReflect().Descriptor().FullName())
}

func send(socket *zmq.Socket, message proto.Message) error {
	frame, err := wrap(message)
	if err != nil {
		return err
	}
	_, err = socket.SendBytes(frame, 0)
	return err
}

func receive(socket *zmq.Socket, message proto.Message) error {
	frame, err := socket.RecvBytes(0)
	if err != nil {
		return err
	}
	return unwrap(frame, message)
}

func request(context *zmq.Context, endpoint string, texts []string) error {
	requester, err := context.NewSocket(zmq.REQ)
	if err != nil {
		return err
	}
	defer requester.Close()
	// Without it, the client waits for a missing reactor for ever.
	if err := errors.Join(requester.SetRcvtimeo(5*time.Second), requester.SetLinger(0)); err != nil {
		return err
	}
	if err := requester.Connect(endpoint); err != nil {
		return err
	}
	for _, text := range texts {
		if err := send(requester, &gen.Msg01{Field1: text}); err != nil {
			return err
		}
		var reply gen.Msg01
		switch err := receive(requester, &reply); {
		case errors.Is(err, errRefused):
			fmt.Printf("%s: (refused)\n", text)
		case err != nil:
			return err
		default:
			fmt.Printf("%s: %s\n", text, reply.Field1)
		}
	}
	return nil
}

func subscribe(context *zmq.Context, endpoint string, count int) error {
	subscriber, err := context.NewSocket(zmq.SUB)
	if err != nil {
		return err
	}
	defer subscriber.Close()
	prefix, err := topic(&gen.Msg02{})
	if err != nil {
		return err
	}
	if err := errors.Join(subscriber.SetSubscribe(prefix), subscriber.Connect(endpoint)); err != nil {
		return err
	}
	for range count {
		var event gen.Msg02
		if err := receive(subscriber, &event); err != nil {
			return err
		}
		fmt.Println(event.Field1)
	}
	return nil
}

func publish(context *zmq.Context, endpoint string, texts []string) error {
	// A PUB loses messages that it sends before a subscription; an XPUB receives subscriptions.
	publisher, err := context.NewSocket(zmq.XPUB)
	if err != nil {
		return err
	}
	defer publisher.Close()
	if err := publisher.Bind(endpoint); err != nil {
		return err
	}
	if err := awaitSubscriber(publisher, &gen.Msg02{}); err != nil {
		return err
	}
	for _, text := range texts {
		if err := send(publisher, &gen.Msg02{Field1: text}); err != nil {
			return err
		}
	}
	return nil
}

// awaitSubscriber waits for a subscription to such messages: the byte 1, and a prefix of
// their envelopes. Behind the name, every envelope has 0x12, with which a subscriber of
// dividere ends its prefix.
func awaitSubscriber(publisher *zmq.Socket, message proto.Message) error {
	wanted, err := topic(message)
	if err != nil {
		return err
	}
	for {
		frame, err := publisher.Recv(0)
		if err != nil {
			return err
		}
		prefix, subscribed := strings.CutPrefix(frame, "\x01")
		if subscribed && strings.HasPrefix(wanted+"\x12", prefix) {
			return nil
		}
	}
}

func run(context *zmq.Context, arguments []string) error {
	if len(arguments) < 2 {
		return errors.New("usage: client request|subscribe|publish ENDPOINT ...")
	}
	command, endpoint, rest := arguments[0], arguments[1], arguments[2:]
	switch command {
	case "request":
		return request(context, endpoint, rest)
	case "publish":
		return publish(context, endpoint, rest)
	case "subscribe":
		count, err := strconv.Atoi(strings.Join(rest, " "))
		if err != nil {
			return err
		}
		return subscribe(context, endpoint, count)
	}
	return fmt.Errorf("no command %q", command)
}

func main() {
	context, err := zmq.NewContext()
	if err != nil {
		log.Fatal(err)
	}
	err = run(context, os.Args[1:])
	// Waits until the sent messages have left.
	if err := errors.Join(err, context.Term()); err != nil {
		log.Fatal(err)
	}
}

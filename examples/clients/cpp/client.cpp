// Talks to a reactor of dīvidere with nothing but ZeroMQ and protobuf.
//
//   client request   ENDPOINT TEXT...   asks the reactor to reverse each text
//   client subscribe ENDPOINT COUNT     prints so many events
//   client publish   ENDPOINT TEXT...   publishes each text as an event
#include <chrono>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>
#include <zmq.hpp>

#include "MsgLib.pb.h"
#include "greeter.pb.h"

struct Refused : std::runtime_error {
  Refused() : std::runtime_error("the reactor could not serve the request") {}
};

// Puts a message into an envelope.
std::string wrap(const google::protobuf::Message& message) {
  msgEnvelope envelope;
  envelope.set_msgname(message.GetDescriptor()->full_name());
  envelope.mutable_msg()->PackFrom(message);
  return envelope.SerializeAsString();
}

// Takes a message of the expected type out of an envelope.
template <typename Message>
Message unwrap(const zmq::message_t& frame) {
  msgEnvelope envelope;
  if (!envelope.ParseFromArray(frame.data(), static_cast<int>(frame.size())))
    throw std::runtime_error("no envelope came");
  Message message;
  if (envelope.msg().UnpackTo(&message)) return message;
  ack refusal;
  if (envelope.msg().UnpackTo(&refusal) && !refusal.ok()) throw Refused();
  throw std::runtime_error("not expected: " + envelope.msg().type_url());
}

// Returns the prefix of a message type's envelopes: 0x0a, the length of its name, its name.
template <typename Message>
std::string topic() {
  msgEnvelope envelope;
  envelope.set_msgname(Message::descriptor()->full_name());
  return envelope.SerializeAsString();
}

void send(zmq::socket_t& socket, const google::protobuf::Message& message) {
  socket.send(zmq::buffer(wrap(message)), zmq::send_flags::none);
}

template <typename Message>
Message receive(zmq::socket_t& socket) {
  zmq::message_t frame;
  if (!socket.recv(frame)) throw std::runtime_error("nothing came in time");
  return unwrap<Message>(frame);
}

void request(zmq::context_t& context, const std::string& endpoint,
             const std::vector<std::string>& texts) {
  zmq::socket_t requester(context, zmq::socket_type::req);
  // In milliseconds; without it, the client waits for a missing reactor for ever.
  requester.set(zmq::sockopt::rcvtimeo, 5'000);
  requester.set(zmq::sockopt::linger, 0);
  requester.connect(endpoint);
  for (const std::string& text : texts) {
    Msg01 question;
    question.set_field1(text);
    send(requester, question);
    try {
      const Msg01 reply = receive<Msg01>(requester);
      std::cout << text << ": " << reply.field1() << std::endl;
    } catch (const Refused&) {
      std::cout << text << ": (refused)" << std::endl;
    }
  }
}

void subscribe(zmq::context_t& context, const std::string& endpoint, int count) {
  zmq::socket_t subscriber(context, zmq::socket_type::sub);
  subscriber.set(zmq::sockopt::subscribe, topic<Msg02>());
  subscriber.connect(endpoint);
  while (count-- > 0) std::cout << receive<Msg02>(subscriber).field1() << std::endl;
}

// Waits for a subscription to such messages: the byte 1, and a prefix of their envelopes. Behind the
// name, every envelope has 0x12, with which a subscriber of dividere ends its prefix.
template <typename Message>
void await_subscriber(zmq::socket_t& publisher) {
  const std::string wanted = topic<Message>() + '\x12';
  for (zmq::message_t frame; publisher.recv(frame);) {
    const std::string subscription = frame.to_string();
    if (subscription[0] == 1 && wanted.rfind(subscription.substr(1), 0) == 0) return;
  }
}

void publish(zmq::context_t& context, const std::string& endpoint,
             const std::vector<std::string>& texts) {
  // A PUB loses messages that it sends before a subscription; an XPUB receives subscriptions.
  zmq::socket_t publisher(context, zmq::socket_type::xpub);
  publisher.bind(endpoint);
  await_subscriber<Msg02>(publisher);
  for (const std::string& text : texts) {
    Msg02 event;
    event.set_field1(text);
    send(publisher, event);
  }
}

int main(int count, char** values) {
  const std::vector<std::string> arguments(values + 1, values + count);
  const std::string command = arguments.size() < 2 ? "" : arguments[0];
  try {
    // Destroyed last: the context waits until the sent messages have left.
    zmq::context_t context;
    if (command == "request") {
      request(context, arguments[1], {arguments.begin() + 2, arguments.end()});
    } else if (command == "subscribe" && arguments.size() == 3) {
      subscribe(context, arguments[1], std::stoi(arguments[2]));
    } else if (command == "publish") {
      publish(context, arguments[1], {arguments.begin() + 2, arguments.end()});
    } else {
      throw std::invalid_argument("usage: client request|subscribe|publish ENDPOINT ...");
    }
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}

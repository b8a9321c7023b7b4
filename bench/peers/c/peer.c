// C on libzmq: the limit for everything on libzmq. Sends frames of the given size, without a codec.
// subjects/peers.ts builds it. Takes the same commands as the other roles, a line of JSON each.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <pthread.h>
#include <zmq.h>

static void *socket_;
static long left_;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void fail(const char *what) {
  fprintf(stderr, "%s: %s\n", what, zmq_strerror(zmq_errno()));
  exit(1);
}

static long number(const char *line, const char *field) {
  char key[32];
  snprintf(key, sizeof key, "\"%s\":", field);
  const char *at = strstr(line, key);
  return at == NULL ? 0 : atol(at + strlen(key));
}

static void emit_at(const char *event, double at) {
  printf("{\"event\":\"%s\",\"at\":%.9f}\n", event, at);
  fflush(stdout);
}

static void emit(const char *event) {
  printf("{\"event\":\"%s\"}\n", event);
  fflush(stdout);
}

static void *count_frames(void *unused) {
  (void)unused;
  int joined = 0;
  for (;;) {
    zmq_msg_t frame;
    zmq_msg_init(&frame);
    if (zmq_msg_recv(&frame, socket_, 0) < 0) fail("recv");
    size_t size = zmq_msg_size(&frame);
    zmq_msg_close(&frame);
    if (size == 0) {
      if (!joined) emit("joined");
      joined = 1;
    } else if (__atomic_sub_fetch(&left_, 1, __ATOMIC_SEQ_CST) == 0) {
      emit_at("counted", now());
    }
  }
  return NULL;
}

static void *answer(void *unused) {
  (void)unused;
  for (;;) {
    zmq_msg_t frame;
    zmq_msg_init(&frame);
    if (zmq_msg_recv(&frame, socket_, 0) < 0) fail("recv");
    if (zmq_msg_send(&frame, socket_, 0) < 0) fail("send");
  }
  return NULL;
}

static void send_bytes(const char *bytes, size_t size) {
  if (zmq_send(socket_, bytes, size, 0) < 0) fail("send");
}

int main(int argc, char **argv) {
  if (argc < 2) return 2;
  const char *kind = argv[1];
  int type = !strcmp(kind, "publisher")    ? ZMQ_PUB
             : !strcmp(kind, "subscriber") ? ZMQ_SUB
             : !strcmp(kind, "server")     ? ZMQ_REP
                                           : ZMQ_REQ;
  socket_ = zmq_socket(zmq_ctx_new(), type);
  int none = 0;
  zmq_setsockopt(socket_, ZMQ_SNDHWM, &none, sizeof none);
  zmq_setsockopt(socket_, ZMQ_RCVHWM, &none, sizeof none);
  if (argc > 2) {
    if (type == ZMQ_SUB) zmq_setsockopt(socket_, ZMQ_SUBSCRIBE, "", 0);
    if (zmq_connect(socket_, argv[2]) < 0) fail("connect");
    printf("{\"event\":\"ready\"}\n");
  } else {
    char endpoint[256];
    size_t length = sizeof endpoint;
    if (zmq_bind(socket_, "tcp://127.0.0.1:*") < 0) fail("bind");
    zmq_getsockopt(socket_, ZMQ_LAST_ENDPOINT, endpoint, &length);
    printf("{\"event\":\"ready\",\"endpoint\":\"%s\"}\n", endpoint);
  }
  fflush(stdout);
  pthread_t thread;
  if (type == ZMQ_SUB) pthread_create(&thread, NULL, count_frames, NULL);
  if (type == ZMQ_REP) pthread_create(&thread, NULL, answer, NULL);

  char line[1024];
  while (fgets(line, sizeof line, stdin) != NULL) {
    long count = number(line, "count");
    long size = number(line, "size");
    char *bytes = calloc(1, size > 0 ? (size_t)size : 1);
    if (strstr(line, "\"expect\"")) {
      __atomic_store_n(&left_, count, __ATOMIC_SEQ_CST);
      emit("expect");
    } else if (strstr(line, "\"probe\"")) {
      send_bytes(bytes, 0);
      emit("probe");
    } else if (strstr(line, "\"send\"")) {
      double at = now();
      for (long i = 0; i < count; i++) send_bytes(bytes, (size_t)size);
      emit_at("send", at);
    } else if (strstr(line, "\"call\"")) {
      double started = now();
      for (long i = 0; i < count; i++) {
        send_bytes(bytes, (size_t)size);
        zmq_msg_t frame;
        zmq_msg_init(&frame);
        if (zmq_msg_recv(&frame, socket_, 0) < 0) fail("recv");
        zmq_msg_close(&frame);
      }
      printf("{\"event\":\"call\",\"seconds\":%.9f}\n", now() - started);
      fflush(stdout);
    }
    free(bytes);
  }
  // The input has closed. The process ends with its threads.
  _Exit(0);
}

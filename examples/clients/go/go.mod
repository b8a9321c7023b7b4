module clients

go 1.24

require (
	github.com/pebbe/zmq4 v1.4.0
	google.golang.org/protobuf v1.36.12
)

tool google.golang.org/protobuf/cmd/protoc-gen-go

#!/bin/sh
# Makes the Go code of the messages, in gen/: go generate
set -eu
cd "$(dirname "$0")"
exec protoc --plugin="$(go tool -n protoc-gen-go)" -I ../proto -I ../node_modules/dividere/proto \
  --go_out=. --go_opt=module=clients \
  --go_opt=Mgreeter.proto=clients/gen \
  --go_opt=MMsgLib.proto=clients/gen \
  --go_opt=Mdividere/v1/options.proto=clients/gen \
  greeter.proto MsgLib.proto dividere/v1/options.proto

"""Writes envelopes as dividere writes them: write.py <descriptor set>, run by vectors.ts.

Each vector is one message: the envelope's bytes, and its content in protobuf's JSON form. What is
large is compressed.
"""

import base64
import gzip
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "interop", "python"))

import dividere  # noqa: E402
import peer  # noqa: E402
from google.protobuf import json_format  # noqa: E402

peer.load(sys.argv[1])

COMPRESSED_ABOVE = 4096

lines = []


def packed(data):
    """Bytes for a JSON file; gzip without a time in it, so that the same bytes come out each time."""
    if len(data) <= COMPRESSED_ABOVE:
        return {"base64": base64.b64encode(data).decode()}
    return {"gzip": base64.b64encode(gzip.compress(data, mtime=0)).decode()}


def vector(title, message, any_order=False):
    envelope = dividere.messaging.ProtoBuffEncoder().encode(message)
    # The smallest: what it leaves out is what the message does not hold.
    content = json.dumps(json_format.MessageToDict(message), ensure_ascii=False).encode()
    fields = {
        "title": title,
        "type": message.DESCRIPTOR.full_name,
        # A map's entries come in an order that Python does not promise.
        **({"anyOrder": True} if any_order else {}),
        "content": packed(content) if len(content) > COMPRESSED_ABOVE else json.loads(content),
        "envelope": packed(envelope.SerializeToString()),
    }
    # The line itself travels to vectors.ts: read and written there again, it would lose the sign of -0.0.
    lines.append(json.dumps(fields, ensure_ascii=False))


INT32 = [0, 1, -1, 127, 128, 2**31 - 1, -(2**31)]
INT64 = [0, 1, -1, 2**53 - 1, 2**53 + 1, -(2**53) - 1, 2**63 - 1, -(2**63)]
UINT32 = [0, 1, 127, 128, 2**32 - 1]
UINT64 = [0, 1, 2**53 + 1, 2**63, 2**64 - 1]
DOUBLE = [
    0.0, -0.0, 1.0, -1.5, 0.1, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308,
    float("inf"), float("-inf"), float("nan"),
]  # fmt: skip
FLOAT = [
    0.0, -0.0, 1.0, -1.5, 1.401298464324817e-45, 1.1754943508222875e-38, 3.4028234663852886e38,
    float("inf"), float("-inf"), float("nan"),
]  # fmt: skip
STRING = ["", "a", "x" * 127, "x" * 128, "dīvidere – 📨", "\0", "\ufeffbom", "e\u0301 \u202e \U0010ffff"]
BYTES = [b"", b"\0", bytes(range(256)), b"\xff\xfe", b"\x0a\x05Msg01"]

SCALARS = {
    "double": ("a_double", "doubles", DOUBLE),
    "float": ("a_float", "floats", FLOAT),
    "int32": ("an_int32", "int32s", INT32),
    "int64": ("an_int64", "int64s", INT64),
    "uint32": ("a_uint32", "uint32s", UINT32),
    "uint64": ("a_uint64", "uint64s", UINT64),
    "sint32": ("a_sint32", "sint32s", INT32),
    "sint64": ("a_sint64", "sint64s", INT64),
    "fixed32": ("a_fixed32", "fixed32s", UINT32),
    "fixed64": ("a_fixed64", "fixed64s", UINT64),
    "sfixed32": ("a_sfixed32", "sfixed32s", INT32),
    "sfixed64": ("a_sfixed64", "sfixed64s", INT64),
    "bool": ("a_bool", "bools", [False, True]),
    "string": ("a_string", "strings", STRING),
    "bytes": ("some_bytes", "raws", BYTES),
}

Scalars = peer.message("Scalars")
ScalarLists = peer.message("ScalarLists")
Tree = peer.message("Tree")
Leaf = peer.message("Tree.Leaf")
Maps = peer.message("Maps")
Choice = peer.message("Choice")
Perhaps = peer.message("Perhaps")
Point = peer.message("shapes.v1.Point")
Drawing = peer.message("shapes.v1.Drawing")

for kind, (field, _, values) in SCALARS.items():
    for value in values:
        shown = f"{value[:12]!r}, {len(value)} long" if isinstance(value, (str, bytes)) else repr(value)
        vector(f"{kind} {shown}", Scalars(**{field: value}))
    vector(f"a list of {kind}", ScalarLists(**{SCALARS[kind][1]: values}))
vector("the last value of every scalar type", Scalars(**{field: values[-1] for field, _, values in SCALARS.values()}))
vector("a list of an enum", ScalarLists(colours=[0, 1, 2**31 - 1, -1]))
vector("an enum's value that its type does not have", ScalarLists(colours=[99]))
vector("every scalar type in a list", ScalarLists(**{field: values for _, field, values in SCALARS.values()}))

vector("an empty message", peer.message("Nothing")())
vector("a message of defaults", peer.message("Msg01")())
vector("a message of one string", peer.message("Msg01")(field1="hello"))
vector("dividere's ack", dividere.MsgLib.ack(ok=True))
vector("dividere's Heartbeat", dividere.MsgLib.Heartbeat(id="2b7cd5ea-6b8b-4b6c-9d5c-0f1f1a0d4b0e"))
vector("dividere's ShutdownEvent", dividere.MsgLib.ShutdownEvent())
vector("dividere's RediscoverReq", dividere.MsgLib.RediscoverReq())
vector("dividere's RegisterService", dividere.MsgLib.RegisterService(serviceName="a.B", server="10.0.0.1", port=5100))
vector("dividere's UnregisterService", dividere.MsgLib.UnregisterService(serviceName="a.B", server="10.0.0.1", port=5100))
vector("dividere's ServiceLookupReq", dividere.MsgLib.ServiceLookupReq(serviceName="a.B"))
vector("dividere's ServiceLookupRep", dividere.MsgLib.ServiceLookupRep(serviceName="a.B", server="unavailable", port=0))

deep = Tree(name="leaf")
for level in range(40):
    deep = Tree(name=str(level), left=deep)
vector("messages forty deep", deep)
vector("an empty message in a message", Tree(left=Tree()))
vector("a field of each size of tag", Tree(name="n", left=Tree(name="l"), right=Tree(name="r"), others=[Tree(), Tree(name="o")]))
vector("a field of the largest number", Tree(planted=-(2**63)))
vector("a type inside a type", Leaf(colour=1))

vector("maps of one entry", Maps(
    by_string={"k": -1}, by_int64={-(2**63): "v"}, by_uint32={2**32 - 1: b"\xff"},
    by_sint32={-(2**31): -1.5}, by_bool={True: Tree(name="t")}, by_fixed64={2**64 - 1: 1},
))  # fmt: skip
vector("maps whose entries are defaults", Maps(
    by_string={"": 0}, by_int64={0: ""}, by_uint32={0: b""},
    by_sint32={0: 0.0}, by_fixed64={0: 0},
))  # fmt: skip
vector("a map with the key false", Maps(by_bool={False: Tree(name="f")}))
vector("a map of twenty entries, __proto__ one of them", Maps(by_string={"__proto__": 7, **{str(n): n for n in range(19)}}), any_order=True)

for name, value in {
    "text": "", "raw": b"", "number": 0, "flag": False, "measure": 0.0, "colour": 0, "tree": Tree(),
}.items():  # fmt: skip
    vector(f"a oneof whose {name} is set to its default", Choice(**{name: value}))
vector("a oneof with nothing set", Choice())
vector("a oneof whose double is -0.0", Choice(measure=-0.0))
vector("a oneof with a message", Choice(tree=Tree(name="t", right=Tree())))

vector("optional fields, none of them set", Perhaps())
vector("optional fields, set to their defaults", Perhaps(
    measure=0.0, count=0, total=0, flag=False, text="", raw=b"", colour=0,
))  # fmt: skip
vector("optional fields, set", Perhaps(
    measure=-0.0, count=-1, total=2**64 - 1, flag=True, text="x", raw=b"\0", colour=-1,
))  # fmt: skip

vector("in a package, of defaults", Point())
vector("in a package", Point(x=1.5, y=-2.5))
vector("in a package, inside a type", Drawing.Layer(name="ground", points=[Point(x=1), Point()]))
vector("in a package, with everything in it", Drawing(
    layers=[Drawing.Layer(name="a", points=[Point(y=5e-324)]), Drawing.Layer()],
    marks={"north": Point(y=1)}, plotter=-7, revision=0, thumbnail=b"\xff\xd8",
))  # fmt: skip

MILLION = 1_000_000
vector("3 MB of bytes", Scalars(some_bytes=bytes(range(256)) * (3 * MILLION // 256)))
vector("3 MB of text", peer.message("Msg01")(field1="dīvidere " * (3 * MILLION // 10)))
vector("3 MB in a package", Drawing(thumbnail=bytes(range(255, -1, -1)) * (3 * MILLION // 256)))
vector("3 MB of small messages", Drawing.Layer(points=[Point(x=1, y=2)] * 150_000))

peer.ready()
peer.emit("vectors", lines=lines)
for _ in peer.commands():
    pass

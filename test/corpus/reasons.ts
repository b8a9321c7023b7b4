/** The one reason that is left with the messages of protobuf-es. */
export const inexpressible = "a name that the message code cannot have";

/** Why a schema is refused, as docs/generator.md lists it, and how the plugin's message says it. */
export const reasons: readonly (readonly [reason: string, message: RegExp])[] = [
  ["presence that ts-proto loses", /has field_presence = EXPLICIT/],
  ["a required field", /LEGACY_REQUIRED/],
  ["a delimited field", /message_encoding = DELIMITED/],
  ["a closed enum", /enum_type = CLOSED/],
  ["a message set", /message_set_wire_format/],
  ["a oneof with an Int64Value, UInt64Value or FieldMask", /in a oneof, with which/],
  [
    inexpressible,
    /does not compile|ts-proto declare|a variable|has no name|is no name|gives a file of this name|in ts-proto's code, as/,
  ],
];

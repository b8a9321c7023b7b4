import { create } from "@bufbuild/protobuf";
import {
  FeatureSet_FieldPresence,
  FeatureSet_MessageEncoding,
  FeatureSet_RepeatedFieldEncoding,
  FeatureSetSchema,
  type FieldDescriptorProto,
  FieldDescriptorProto_Type,
  FieldOptionsSchema,
} from "@bufbuild/protobuf/wkt";
import type { FieldPlan } from "./plan.js";

const T = FieldDescriptorProto_Type;

/** Gives a field of an edition the feature that was planned for it. */
export function addFeature(
  built: FieldDescriptorProto,
  { kind, scalar, feature }: FieldPlan,
  shape: FieldPlan["shape"],
): void {
  const singular = shape !== "repeated" && kind !== "map";
  const features = create(FeatureSetSchema);
  if (feature === 1 && singular && shape !== "oneof" && kind !== "message")
    features.fieldPresence = FeatureSet_FieldPresence.LEGACY_REQUIRED;
  else if (feature === 2 && kind === "message")
    features.messageEncoding = FeatureSet_MessageEncoding.DELIMITED;
  else if (
    feature === 3 &&
    shape === "repeated" &&
    kind === "scalar" &&
    scalar !== T.STRING &&
    scalar !== T.BYTES
  )
    features.repeatedFieldEncoding = FeatureSet_RepeatedFieldEncoding.EXPANDED;
  else return;
  built.options = create(FieldOptionsSchema, { features });
}

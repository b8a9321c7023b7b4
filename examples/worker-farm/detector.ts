import { fromMask, type Image, type Roi } from "image-js";
import { Detection, Kind } from "./gen/farm/v1/vision.js";

/** Smaller spots than this, in pixels, are grain. */
const smallest = 100;

/**
 * The shapes in a picture, from left to right: what is within closed edges, told apart by its
 * outline.
 */
export function detect(picture: Image): Detection[] {
  // Edges rather than brightness: the light in a picture may be uneven.
  const edges = picture
    .grey()
    .gaussianBlur({ sigma: 1 })
    .cannyEdgeDetector({ lowThreshold: 0.08, highThreshold: 0.2 });
  return fromMask(edges.solidFill())
    .getRois({ minSurface: smallest })
    .map((region) => describe(region, picture))
    .sort((one, other) => (one.box?.left ?? 0) - (other.box?.left ?? 0));
}

function describe(region: Roi, picture: Image): Detection {
  const [red = 0, green = 0, blue = 0] = picture
    .mean({ points: region.absolutePoints })
    .map(Math.round);
  const { origin, width, height } = region;
  return Detection.create({
    kind: kindOf(region),
    box: { left: origin.column, top: origin.row, width, height },
    colour: { red, green, blue },
  });
}

/**
 * Tells a shape by what it fills: a circle all of the circle around its longest diameter, a
 * rectangle all of the smallest rectangle around it, a triangle half of that.
 */
function kindOf(region: Roi): Kind {
  if (region.roundness > 0.8) return Kind.KIND_CIRCLE;
  const filled = region.surface / region.mbr.surface;
  if (filled > 0.85) return Kind.KIND_RECTANGLE;
  return filled < 0.7 ? Kind.KIND_TRIANGLE : Kind.KIND_UNSPECIFIED;
}

import { fromMask, type Image, type Roi } from "image-js";
import { Detection, Kind } from "./gen/farm/v1/vision.js";

/** The detector ignores smaller spots than this, in pixels, as grain. */
const smallest = 100;

/**
 * Finds the shapes in a picture, from left to right: areas within closed edges, classified by their
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
 * Classifies a shape by the area that it fills: a circle fills the circle around its longest
 * diameter, a rectangle the smallest rectangle around it, and a triangle half of that rectangle.
 */
function kindOf(region: Roi): Kind {
  if (region.roundness > 0.8) return Kind.KIND_CIRCLE;
  const filled = region.surface / region.mbr.surface;
  if (filled > 0.85) return Kind.KIND_RECTANGLE;
  return filled < 0.7 ? Kind.KIND_TRIANGLE : Kind.KIND_UNSPECIFIED;
}

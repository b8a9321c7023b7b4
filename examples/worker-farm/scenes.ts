/** A point, in pixels from the upper left corner. */
export interface Point {
  readonly column: number;
  readonly row: number;
}

/** A colour, as red, green and blue of 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number];

/** A shape in a picture. */
export type Shape = { readonly colour: Colour } & (
  | { readonly kind: "circle"; readonly centre: Point; readonly radius: number }
  | { readonly kind: "rectangle" | "triangle"; readonly corners: readonly Point[] }
);

/** The shapes of a picture. */
export interface Scene {
  readonly name: string;
  readonly shapes: readonly Shape[];
}

export const width = 640;
export const height = 480;

/**
 * Returns the light at a point, from 1 in the upper left corner to three quarters in the opposite
 * corner.
 */
export function lightAt({ column, row }: Point): number {
  return 1 - (0.25 * (column + row)) / (width + height);
}

const red: Colour = [176, 32, 40];
const green: Colour = [24, 110, 60];
const blue: Colour = [30, 60, 160];
const brown: Colour = [110, 70, 30];

function circle(colour: Colour, column: number, row: number, radius: number): Shape {
  return { kind: "circle", colour, centre: { column, row }, radius };
}

/** A rectangle around a point, turned by some degrees. */
function rectangle(
  colour: Colour,
  column: number,
  row: number,
  size: readonly [width: number, height: number],
  degrees = 0,
): Shape {
  const [halfWidth, halfHeight] = [size[0] / 2, size[1] / 2];
  const corners = [
    [-halfWidth, -halfHeight],
    [halfWidth, -halfHeight],
    [halfWidth, halfHeight],
    [-halfWidth, halfHeight],
  ].map(([x = 0, y = 0]) => turned({ column, row }, x, y, degrees));
  return { kind: "rectangle", colour, corners };
}

/** A triangle of equal sides around a point, turned by some degrees. */
function triangle(colour: Colour, column: number, row: number, radius: number, degrees = 0): Shape {
  const corners = [0, 120, 240].map((angle) =>
    turned({ column, row }, 0, -radius, degrees + angle),
  );
  return { kind: "triangle", colour, corners };
}

function turned(centre: Point, x: number, y: number, degrees: number): Point {
  const angle = (degrees * Math.PI) / 180;
  return {
    column: Math.round(centre.column + x * Math.cos(angle) - y * Math.sin(angle)),
    row: Math.round(centre.row + x * Math.sin(angle) + y * Math.cos(angle)),
  };
}

/** The pictures of the example, with their shapes from left to right. */
export const scenes: readonly Scene[] = [
  {
    name: "three-of-a-kind.jpg",
    shapes: [circle(red, 110, 130, 60), circle(green, 320, 300, 90), circle(blue, 540, 160, 45)],
  },
  {
    name: "one-of-each.jpg",
    shapes: [
      triangle(brown, 120, 250, 90),
      rectangle(blue, 320, 240, [130, 130]),
      circle(red, 530, 240, 70),
    ],
  },
  {
    name: "turned.jpg",
    shapes: [
      rectangle(green, 130, 150, [150, 70], 30),
      triangle(red, 320, 340, 80, 45),
      rectangle(brown, 510, 160, [90, 160], -20),
    ],
  },
  { name: "empty.jpg", shapes: [] },
  {
    name: "crowd.jpg",
    shapes: [
      circle(blue, 70, 90, 35),
      rectangle(red, 150, 340, [80, 60]),
      triangle(green, 250, 120, 60, 10),
      circle(brown, 340, 380, 50),
      rectangle(blue, 430, 110, [70, 120], 12),
      triangle(red, 540, 360, 70, 100),
      circle(green, 600, 80, 25),
    ],
  },
  {
    name: "far-away.jpg",
    shapes: [
      circle(brown, 200, 200, 14),
      rectangle(green, 330, 260, [30, 24]),
      triangle(blue, 460, 180, 20),
    ],
  },
];

// Makes the pictures in pictures/ from scenes.ts: `npm run pictures`.
import { writeFileSync } from "node:fs";
import { encode, Image } from "image-js";
import { height, lightAt, type Scene, scenes, width } from "./scenes.js";

/** Yields the same random numbers in each run: a linear congruential generator. */
function* randomNumbers(seed: number): Generator<number, never, void> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

/** A scene under light that falls off to one side, a little out of focus and grainy. */
function draw(scene: Scene, seed: number): Image {
  const picture = new Image(width, height).fill([226, 222, 214]);
  for (const shape of scene.shapes) {
    const look = { strokeColor: [...shape.colour], fillColor: [...shape.colour], out: picture };
    if (shape.kind === "circle") picture.drawCircle(shape.centre, shape.radius, look);
    else picture.drawPolygon([...shape.corners], look);
  }
  const blurred = picture.gaussianBlur({ sigma: 1 });
  const random = randomNumbers(seed);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const light = lightAt({ column, row });
      const grain = 6 * (random.next().value - 0.5);
      const pixel = blurred.getPixel(column, row).map((value) => value * light + grain);
      blurred.setPixel(
        column,
        row,
        pixel.map((value) => Math.min(255, Math.max(0, Math.round(value)))),
      );
    }
  }
  return blurred;
}

scenes.forEach((scene, index) => {
  const file = encode(draw(scene, index + 1), { format: "jpg", encoderOptions: { quality: 70 } });
  writeFileSync(new URL(`pictures/${scene.name}`, import.meta.url), file);
  console.log(`${scene.name} ${file.length} bytes`);
});

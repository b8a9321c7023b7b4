import { RequestError } from "dividere/messaging";
import { decode, type Image } from "image-js";
import { detect } from "./detector.js";
import { Detections, type Picture } from "./gen/farm/v1/vision.js";
import { VisionReactor } from "./gen/farm/v1/vision_dividere.js";

/** Finds the shapes in pictures. The same class runs in one process or in several. */
export default class Vision extends VisionReactor {
  override handlePicture({ name, file }: Picture): Detections {
    const found = detect(open(name, file));
    return Detections.create({ picture: name, found, process: process.pid });
  }
}

function open(name: string, file: Uint8Array): Image {
  try {
    return decode(file);
  } catch (cause) {
    throw new RequestError("BAD_PICTURE", `${name} is no picture that can be read`, { cause });
  }
}

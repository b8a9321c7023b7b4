/** Computes without a pause, as a handler bound by the CPU does. */
export function repeatStep(steps: number): number {
  let result = 1;
  for (let step = 0; step < steps; step++) result = (Math.imul(result, 1664525) + step) >>> 0;
  return result;
}

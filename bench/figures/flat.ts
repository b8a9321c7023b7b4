/**
 * The most that a cost may grow from the smallest number to the largest and still count as flat. Not 1: ten thousand of
 * anything leave the processor's caches, which an algorithm cannot help.
 */
export const FLAT = 2;

/** Pixels of one channel of one field, as the camera wrote them. */
export interface GreyImage {
  readonly width: number;
  readonly height: number;
  /** Bits of the numbers that hold the pixels. A file of 12 bits comes in 16, its values unchanged: 0 to 4095. */
  readonly bitDepth: 8 | 16;
  /** Row by row from the top left, `width × height` values. */
  readonly pixels: Uint8Array | Uint16Array;
}

/** One channel after averaging: grey values of the file's scale, but no longer whole numbers. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

// From a file to a picture to crop, and from the crop to a file to send.

import { kept, resultSize, type Crop } from './geometry';

/** Larger ones make phones run out of memory; no camera's picture is. */
const MOST_PIXELS = 100_000_000;
const KINDS = ['image/png', 'image/jpeg', 'image/webp', 'image/gif'];

/** The picture in a file, turned as its camera was held; throws a sentence when there is none. */
export async function open(file: File): Promise<ImageBitmap> {
  if (!KINDS.includes(file.type)) throw new Error('Choose a PNG, JPEG, WebP or GIF picture.');
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => null);
  if (!picture) throw new Error('This file is no picture that can be read. Try another one.');
  if (picture.width * picture.height <= MOST_PIXELS) return picture;
  picture.close();
  throw new Error('This picture is too large to crop. Make it smaller first.');
}

/** What the crop keeps, as a file of exactly that ratio. */
export async function cut(picture: ImageBitmap, ratio: number, crop: Crop, limit: number): Promise<File> {
  const box = kept(picture, ratio, crop);
  const { width, height } = resultSize(picture, ratio, crop, limit);
  const canvas = new OffscreenCanvas(width, height);
  const paper = canvas.getContext('2d');
  if (!paper) throw new Error('This browser cannot crop pictures.');
  paper.imageSmoothingQuality = 'high';
  paper.drawImage(picture, box.x, box.y, box.width, box.height, 0, 0, width, height);
  const blob = await canvas.convertToBlob({ type: 'image/png' });
  return new File([blob], 'picture.png', { type: blob.type });
}

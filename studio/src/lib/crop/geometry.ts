// What part of a picture a crop keeps: always of one ratio, never outside the picture.

export interface Size { width: number; height: number; }
export interface Box extends Size { x: number; y: number; }

/** The middle of what is kept, in the picture's pixels, and how much nearer than "all that fits" it is. */
export interface Crop { x: number; y: number; zoom: number; }

export const MAX_ZOOM = 8;

export const centred = (picture: Size): Crop => ({ x: picture.width / 2, y: picture.height / 2, zoom: 1 });

/** The part of the picture that `crop` keeps. */
export function kept(picture: Size, ratio: number, crop: Crop): Box {
  const width = Math.min(picture.width, picture.height * ratio) / crop.zoom;
  const height = width / ratio;
  return { x: crop.x - width / 2, y: crop.y - height / 2, width, height };
}

/** The nearest crop that keeps within the picture. */
export function within(picture: Size, ratio: number, crop: Crop): Crop {
  const zoom = clamp(crop.zoom, 1, MAX_ZOOM);
  const { width, height } = kept(picture, ratio, { ...crop, zoom });
  return { x: clamp(crop.x, width / 2, picture.width - width / 2), y: clamp(crop.y, height / 2, picture.height - height / 2), zoom };
}

/** Moved by parts of what is kept: `across` 1 is a whole width to the right. */
export function moved(picture: Size, ratio: number, crop: Crop, across: number, down: number): Crop {
  const { width, height } = kept(picture, ratio, crop);
  return within(picture, ratio, { ...crop, x: crop.x + across * width, y: crop.y + down * height });
}

/** Nearer by `factor`; what stands at the point (parts of what is kept, from its upper left) stays where it is. */
export function zoomed(picture: Size, ratio: number, crop: Crop, factor: number, point = { x: 0.5, y: 0.5 }): Crop {
  const before = kept(picture, ratio, crop);
  const zoom = clamp(crop.zoom * factor, 1, MAX_ZOOM);
  const after = kept(picture, ratio, { ...crop, zoom });
  const x = crop.x + (point.x - 0.5) * (before.width - after.width);
  const y = crop.y + (point.y - 0.5) * (before.height - after.height);
  return within(picture, ratio, { x, y, zoom });
}

/** How large the result is made: as the picture has it, at most `limit` wide, and exactly of the ratio. */
export function resultSize(picture: Size, ratio: number, crop: Crop, limit: number): Size {
  const height = Math.max(1, Math.round(Math.min(kept(picture, ratio, crop).width, limit) / ratio));
  return { width: Math.round(height * ratio), height };
}

const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), Math.max(least, most));

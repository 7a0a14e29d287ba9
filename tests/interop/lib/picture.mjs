// SPDX-License-Identifier: LGPL-2.1-or-later
// What a page really shows: the pictures of its <video> elements, drawn and compared.
import { until } from './check.mjs';

/** Runs in the page. Each picture of the video at `index` that differs from the one before counts. */
function watch(index) {
  const video = document.querySelectorAll('video')[index];
  const canvas = new OffscreenCanvas(32, 24);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const seen = { pictures: 0, changes: 0, brightness: 0, width: 0, height: 0 };
  let before = '';
  (window.watched ??= [])[index] = seen;
  const look = () => {
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    const now = data.join();
    seen.pictures += 1;
    if (before && now !== before) seen.changes += 1;
    seen.brightness = data.reduce((sum, value, i) => (i % 4 === 3 ? sum : sum + value), 0) / (data.length * 0.75);
    [seen.width, seen.height] = [video.videoWidth, video.videoHeight];
    before = now;
    video.requestVideoFrameCallback(look);
  };
  video.requestVideoFrameCallback(look);
}

export async function watchPicture(page, index = 0) {
  await until(`there is a video element ${index}`,
    () => page.evaluate((i) => document.querySelectorAll('video').length > i, index));
  await page.evaluate(watch, index);
}

/** Waits until `least` pictures differed from the one before; resolves to what was seen. */
export function untilMoving(page, index = 0, least = 20, limitMs = 30000) {
  return until(`picture ${index} moves`, () => page.evaluate((i, n) => {
    const seen = window.watched[i];
    return seen.changes >= n && seen.brightness > 0.5 ? seen : null;
  }, index, least), limitMs);
}

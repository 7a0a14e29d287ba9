// SPDX-License-Identifier: LGPL-2.1-or-later
// A small live line chart on a canvas: the last minute, one sample a second.

const SAMPLES = 60;

export class Chart {
  #canvas;
  #floor;
  #values = [];

  // floor: the smallest top of the scale, so that noise near zero stays small.
  constructor(canvas, floor) {
    this.#canvas = canvas;
    this.#floor = floor;
    new ResizeObserver(() => this.#draw()).observe(canvas);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#draw());
  }

  push(value) {
    this.#values.push(value);
    if (this.#values.length > SAMPLES)
      this.#values.shift();
    this.#draw();
  }

  clear() {
    this.#values = [];
    this.#draw();
  }

  #draw() {
    const ratio = devicePixelRatio || 1;
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const style = getComputedStyle(this.#canvas);
    const context = this.#canvas.getContext('2d');
    this.#canvas.width = width * ratio;
    this.#canvas.height = height * ratio;
    context.scale(ratio, ratio);

    context.strokeStyle = style.getPropertyValue('--line');
    context.lineWidth = 1;
    context.beginPath();
    for (const share of [0, .5, 1]) {
      const y = Math.round(share * (height - 1)) + .5;
      context.moveTo(0, y);
      context.lineTo(width, y);
    }
    context.stroke();
    this.#drawLine(context, width, height, style.getPropertyValue('--accent'));
  }

  // A gap where there is no sample.
  #drawLine(context, width, height, colour) {
    const known = this.#values.filter((value) => value !== null);
    const top = Math.max(this.#floor, ...known) * 1.1;
    const step = width / (SAMPLES - 1);
    const start = width - step * (this.#values.length - 1);
    const x = (index) => start + index * step;
    const y = (value) => height - 1.5 - (value / top) * (height - 4);

    for (let first = 0; first < this.#values.length; first++) {
      if (this.#values[first] === null)
        continue;
      let last = first;
      while (last + 1 < this.#values.length && this.#values[last + 1] !== null)
        last++;
      const line = new Path2D();
      for (let i = first; i <= last; i++)
        line.lineTo(x(i), y(this.#values[i]));
      const area = new Path2D(line);
      area.lineTo(x(last), height);
      area.lineTo(x(first), height);
      context.globalAlpha = .14;
      context.fillStyle = colour;
      context.fill(area);
      context.globalAlpha = 1;
      context.strokeStyle = colour;
      context.lineWidth = 1.75;
      context.lineJoin = 'round';
      context.stroke(line);
      first = last;
    }
  }
}

// Finding a QR code in a picture: black and white, three finder patterns, one alignment pattern, perspective.
"use strict";

const PICTURE = (() => {
  const LONGEST = 1600;

  function grey(image) {
    const { width, height, data } = image;
    const values = new Uint8Array(width * height);
    for (let i = 0; i < values.length; i++) {
      const red = data[4 * i];
      const green = data[4 * i + 1];
      const blue = data[4 * i + 2];
      values[i] = (red * 77 + green * 151 + blue * 28) >> 8;
    }
    return { width, height, values };
  }

  // Black is what is darker than its surroundings: a shadow over half the paper changes nothing.
  function local(shades, parts) {
    const { width, height, values } = shades;
    const wide = width + 1;
    const sums = new Float64Array(wide * (height + 1));
    for (let y = 0; y < height; y++) {
      let row = 0;
      for (let x = 0; x < width; x++) {
        row += values[y * width + x];
        sums[(y + 1) * wide + x + 1] = sums[y * wide + x + 1] + row;
      }
    }
    const radius = Math.max(8, Math.round(Math.max(width, height) / parts / 2));
    const black = new Uint8Array(width * height);
    for (let y = 0; y < height; y++) {
      const top = Math.max(0, y - radius);
      const bottom = Math.min(height, y + radius + 1);
      for (let x = 0; x < width; x++) {
        const first = Math.max(0, x - radius);
        const last = Math.min(width, x + radius + 1);
        const sum =
          sums[bottom * wide + last] - sums[top * wide + last] - sums[bottom * wide + first] + sums[top * wide + first];
        black[y * width + x] = values[y * width + x] * (bottom - top) * (last - first) < sum * 0.93 ? 1 : 0;
      }
    }
    return { width, height, black };
  }

  // Black is what is on the dark side of the one value that parts the picture best (Otsu).
  function whole(shades) {
    const { width, height, values } = shades;
    const counts = new Float64Array(256);
    for (const value of values) counts[value]++;
    let total = 0;
    counts.forEach((count, value) => (total += count * value));
    let best = -1;
    let threshold = 127;
    for (let value = 0, below = 0, weight = 0; value < 256; value++) {
      below += counts[value];
      weight += counts[value] * value;
      const above = values.length - below;
      if (!below || !above) continue;
      const between = below * above * (weight / below - (total - weight) / above) ** 2;
      if (between > best) {
        best = between;
        threshold = value;
      }
    }
    return { width, height, black: values.map((value) => (value <= threshold ? 1 : 0)) };
  }

  const isFinder = (runs) => {
    const total = runs[0] + runs[1] + runs[2] + runs[3] + runs[4];
    if (total < 7) return false;
    const each = total / 7;
    const off = each * 0.7;
    return (
      Math.abs(runs[0] - each) < off &&
      Math.abs(runs[1] - each) < off &&
      Math.abs(runs[2] - 3 * each) < 2 * off &&
      Math.abs(runs[3] - each) < off &&
      Math.abs(runs[4] - each) < off
    );
  };

  // Walk from the middle both ways in one direction; give the middle of the pattern and its length, or null.
  function across(bitmap, x, y, dx, dy, longest) {
    const { width, height, black } = bitmap;
    const runs = [0, 0, 0, 0, 0];
    const walk = (sign, order) => {
      let px = x + (sign > 0 ? dx : 0);
      let py = y + (sign > 0 ? dy : 0);
      for (const [run, colour] of order) {
        while (px >= 0 && py >= 0 && px < width && py < height && black[py * width + px] === colour) {
          if (++runs[run] > longest) return false;
          px += sign * dx;
          py += sign * dy;
        }
      }
      return true;
    };
    if (!walk(-1, [[2, 1], [1, 0], [0, 1]])) return null;
    const before = runs[2];
    if (!walk(1, [[2, 1], [3, 0], [4, 1]])) return null;
    if (!isFinder(runs)) return null;
    return { shift: runs[2] / 2 - before + 0.5, total: runs.reduce((sum, run) => sum + run, 0) };
  }

  function finders(bitmap) {
    const { width, height, black } = bitmap;
    const found = [];
    const note = (x, y, size) => {
      for (const each of found) {
        if (Math.hypot(each.x - x, each.y - y) < Math.max(3, each.size * 2.5)) {
          each.x += (x - each.x) / (each.count + 1);
          each.y += (y - each.y) / (each.count + 1);
          each.size += (size - each.size) / (each.count + 1);
          each.count++;
          return;
        }
      }
      found.push({ x, y, size, count: 1 });
    };
    for (let y = 0; y < height; y++) {
      let runs = [0, 0, 0, 0, 0];
      let colour = 0;
      let length = 0;
      for (let x = 0; x <= width; x++) {
        const value = x < width ? black[y * width + x] : 2;
        if (value === colour) {
          length++;
          continue;
        }
        runs = [runs[1], runs[2], runs[3], runs[4], length];
        if (colour === 1 && isFinder(runs)) {
          const total = runs[0] + runs[1] + runs[2] + runs[3] + runs[4];
          const middle = Math.floor(x - runs[4] - runs[3] - runs[2] / 2);
          const down = across(bitmap, middle, y, 0, 1, total * 2);
          if (down) {
            const cy = Math.round(y + down.shift - 0.5);
            const level = across(bitmap, middle, cy, 1, 0, total * 2);
            if (level) note(middle + level.shift, cy + 0.5, (down.total + level.total) / 14);
          }
        }
        colour = value;
        length = 1;
      }
    }
    return found.sort((a, b) => b.count - a.count).slice(0, 14);
  }

  // Three patterns of one size that stand as three corners of a square, the likeliest first.
  function triples(found) {
    const list = [];
    for (let a = 0; a < found.length; a++) {
      for (let b = a + 1; b < found.length; b++) {
        for (let c = b + 1; c < found.length; c++) {
          const three = [found[a], found[b], found[c]];
          const sizes = three.map((each) => each.size);
          const spread = Math.max(...sizes) / Math.min(...sizes);
          if (spread > 1.8) continue;
          const far = (p, q) => Math.hypot(p.x - q.x, p.y - q.y);
          let corner = three;
          let most = 0;
          for (const [p, q, r] of [[0, 1, 2], [1, 0, 2], [2, 0, 1]]) {
            if (far(three[q], three[r]) > most) {
              most = far(three[q], three[r]);
              corner = [three[p], three[q], three[r]];
            }
          }
          let [top, right, bottom] = corner;
          if ((right.x - top.x) * (bottom.y - top.y) - (right.y - top.y) * (bottom.x - top.x) < 0) {
            [right, bottom] = [bottom, right];
          }
          const one = far(top, right);
          const two = far(top, bottom);
          if (Math.min(one, two) < 8 * Math.min(...sizes)) continue;
          const skew = Math.abs(one - two) / Math.max(one, two);
          const slant = Math.abs(most - Math.hypot(one, two)) / most;
          if (skew > 0.4 || slant > 0.3) continue;
          list.push({ top, right, bottom, fault: skew + slant + (spread - 1) * 0.5 - (top.count + right.count + bottom.count) / 500 });
        }
      }
    }
    return list.sort((a, b) => a.fault - b.fault).slice(0, 8);
  }

  // The length of a finder pattern along the line to another: black, white, black from its middle outward, twice.
  function along(bitmap, from, to) {
    const { width, height, black } = bitmap;
    const far = Math.hypot(to.x - from.x, to.y - from.y);
    const outward = (sign) => {
      const dx = (sign * (to.x - from.x)) / far / 2;
      const dy = (sign * (to.y - from.y)) / far / 2;
      let x = from.x;
      let y = from.y;
      let changes = 0;
      let colour = 1;
      for (let step = 0; step < far * 2; step++, x += dx, y += dy) {
        const px = Math.floor(x);
        const py = Math.floor(y);
        const value = px >= 0 && py >= 0 && px < width && py < height ? black[py * width + px] : 0;
        if (value !== colour) {
          colour = value;
          if (++changes === 3) return step / 2;
        }
      }
      return 0;
    };
    return (outward(1) + outward(-1)) / 7;
  }

  function lines(equations) {
    const n = equations.length;
    for (let i = 0; i < n; i++) {
      let pivot = i;
      for (let j = i + 1; j < n; j++) if (Math.abs(equations[j][i]) > Math.abs(equations[pivot][i])) pivot = j;
      [equations[i], equations[pivot]] = [equations[pivot], equations[i]];
      if (Math.abs(equations[i][i]) < 1e-9) return null;
      for (let j = 0; j < n; j++) {
        if (j === i) continue;
        const factor = equations[j][i] / equations[i][i];
        for (let k = i; k <= n; k++) equations[j][k] -= factor * equations[i][k];
      }
    }
    return equations.map((row, i) => row[n] / row[i]);
  }

  // The perspective that carries four points of the code to four of the picture.
  function perspective(code, picture) {
    const equations = [];
    code.forEach(([u, v], i) => {
      const { x, y } = picture[i];
      equations.push([u, v, 1, 0, 0, 0, -u * x, -v * x, x]);
      equations.push([0, 0, 0, u, v, 1, -u * y, -v * y, y]);
    });
    const h = lines(equations);
    if (h === null) return null;
    return (u, v) => {
      const w = h[6] * u + h[7] * v + 1;
      return [(h[0] * u + h[1] * v + h[2]) / w, (h[3] * u + h[4] * v + h[5]) / w];
    };
  }

  const dark = (bitmap, x, y) => {
    const px = Math.floor(x);
    const py = Math.floor(y);
    if (px < 0 || py < 0 || px >= bitmap.width || py >= bitmap.height) return 0;
    return bitmap.black[py * bitmap.width + px];
  };

  // The alignment pattern nearest to where it should be; null where none is found.
  function alignment(bitmap, expected, ux, uy, vx, vy, reach) {
    const module = Math.hypot(ux, uy);
    const step = Math.max(0.5, module / 4);
    const radius = reach * module;
    let best = null;
    for (let dy = -radius; dy <= radius; dy += step) {
      for (let dx = -radius; dx <= radius; dx += step) {
        let score = 0;
        for (let j = -2; j <= 2; j++) {
          for (let i = -2; i <= 2; i++) {
            const ring = Math.max(Math.abs(i), Math.abs(j));
            const value = dark(bitmap, expected.x + dx + i * ux + j * vx, expected.y + dy + i * uy + j * vy);
            score += value === (ring === 1 ? 0 : 1) ? 1 : 0;
          }
        }
        const far = Math.hypot(dx, dy) / module;
        const rank = score - far * 0.08;
        if (score >= 21 && (best === null || rank > best.rank)) {
          best = { rank, sumX: dx, sumY: dy, count: 1, score, dx, dy };
        } else if (best && score === best.score && Math.hypot(dx - best.dx, dy - best.dy) < module) {
          best.sumX += dx;
          best.sumY += dy;
          best.count++;
        }
      }
    }
    return best && { x: expected.x + best.sumX / best.count, y: expected.y + best.sumY / best.count };
  }

  function sampled(bitmap, place, size) {
    const matrix = new Uint8Array(size * size);
    for (let v = 0; v < size; v++) {
      for (let u = 0; u < size; u++) {
        let votes = 0;
        for (const [du, dv] of [[0.5, 0.5], [0.3, 0.5], [0.7, 0.5], [0.5, 0.3], [0.5, 0.7]]) {
          const [x, y] = place(u + du, v + dv);
          votes += dark(bitmap, x, y);
        }
        matrix[v * size + u] = votes >= 3 ? 1 : 0;
      }
    }
    return matrix;
  }

  function version(bitmap, { top, right, bottom }, number) {
    const size = number * 4 + 17;
    const span = size - 7;
    const ux = (right.x - top.x) / span;
    const uy = (right.y - top.y) / span;
    const vx = (bottom.x - top.x) / span;
    const vy = (bottom.y - top.y) / span;
    const corners = [[3.5, 3.5], [size - 3.5, 3.5], [3.5, size - 3.5]];
    const three = [top, right, bottom];
    const ends = [];
    if (number > 1) {
      const expected = { x: top.x + (span - 3) * (ux + vx), y: top.y + (span - 3) * (uy + vy) };
      for (const reach of [3, 9]) {
        const found = alignment(bitmap, expected, ux, uy, vx, vy, reach);
        if (found) ends.push([[size - 6.5, size - 6.5], found]);
      }
    }
    ends.push([[size - 3.5, size - 3.5], { x: right.x + bottom.x - top.x, y: right.y + bottom.y - top.y }]);
    for (const [place, point] of ends) {
      const map = perspective([...corners, place], [...three, point]);
      const text = map && CODE.read(sampled(bitmap, map, size), number);
      if (text) return text;
    }
    return null;
  }

  function within(bitmap) {
    for (const three of triples(finders(bitmap))) {
      const { top, right, bottom } = three;
      const sizes = [along(bitmap, top, right), along(bitmap, top, bottom), along(bitmap, right, top), along(bitmap, bottom, top)];
      const told = sizes.filter((size) => size > 0);
      const module = told.length ? told.reduce((a, b) => a + b, 0) / told.length : top.size;
      const span = (Math.hypot(right.x - top.x, right.y - top.y) + Math.hypot(bottom.x - top.x, bottom.y - top.y)) / 2;
      const guess = Math.round((span / module + 7 - 17) / 4);
      for (const number of [guess, guess - 1, guess + 1, guess - 2, guess + 2]) {
        if (number < 1 || number > CODE.LARGEST) continue;
        const text = version(bitmap, three, number);
        if (text) return text;
      }
    }
    return null;
  }

  // Read the text of the code in a picture (ImageData); null where none is found.
  function read(image) {
    const shades = grey(image);
    for (const make of [() => local(shades, 8), () => whole(shades), () => local(shades, 20), () => local(shades, 3)]) {
      const text = within(make());
      if (text) return text;
    }
    return null;
  }

  return { LONGEST, read };
})();

// QR codes as matrices (ISO/IEC 18004): format, mask, code words, Reed-Solomon, segments. Versions 1 to 22.
"use strict";

const CODE = (() => {
  const LARGEST = 22;
  // Error-correcting code words a block, and blocks, by level L M Q H and version.
  const CORRECTING = [
    [7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28],
    [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28],
    [13, 22, 18, 26, 18, 24, 18, 22, 20, 24, 28, 26, 24, 20, 30, 24, 28, 28, 26, 30, 28, 30],
    [17, 28, 22, 16, 22, 28, 26, 26, 24, 28, 24, 28, 22, 24, 24, 30, 28, 28, 26, 28, 30, 24],
  ];
  const BLOCKS = [
    [1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9],
    [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17],
    [1, 1, 2, 2, 4, 4, 6, 6, 8, 8, 8, 10, 12, 16, 12, 17, 16, 18, 21, 20, 23, 23],
    [1, 1, 2, 4, 4, 4, 5, 6, 8, 8, 11, 11, 16, 16, 18, 16, 19, 21, 25, 25, 25, 34],
  ];
  const LEVEL_OF_BITS = [1, 0, 3, 2];
  const ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
  const MASKS = [
    (x, y) => (x + y) % 2 === 0,
    (x, y) => y % 2 === 0,
    (x, _y) => x % 3 === 0,
    (x, y) => (x + y) % 3 === 0,
    (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
    (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
    (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
    (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
  ];

  // The field of 256 elements over x^8 + x^4 + x^3 + x^2 + 1.
  const POWER = new Uint8Array(512);
  const LOG = new Uint8Array(256);
  for (let i = 0, value = 1; i < 255; i++) {
    POWER[i] = POWER[i + 255] = value;
    LOG[value] = i;
    value = (value << 1) ^ (value & 0x80 ? 0x11d : 0);
  }
  const times = (a, b) => (a && b ? POWER[LOG[a] + LOG[b]] : 0);
  const inverse = (a) => POWER[255 - LOG[a]];

  function at(polynomial, x) {
    let value = 0;
    for (let i = polynomial.length - 1; i >= 0; i--) value = times(value, x) ^ polynomial[i];
    return value;
  }

  // Set right what can be set right in a block, or give null: Berlekamp-Massey, Chien, Forney.
  function corrected(block, correcting) {
    const size = block.length;
    const syndromes = [];
    let clean = true;
    for (let i = 0; i < correcting; i++) {
      let sum = 0;
      for (let j = 0; j < size; j++) sum = times(sum, POWER[i]) ^ block[j];
      syndromes.push(sum);
      clean = clean && sum === 0;
    }
    if (clean) return block;
    let locator = [1];
    let previous = [1];
    let errors = 0;
    let shift = 1;
    let last = 1;
    for (let i = 0; i < correcting; i++) {
      let gap = syndromes[i];
      for (let j = 1; j <= errors; j++) gap ^= times(locator[j] || 0, syndromes[i - j]);
      if (gap === 0) {
        shift++;
        continue;
      }
      const factor = times(gap, inverse(last));
      const next = locator.slice();
      for (let j = 0; j < previous.length; j++) {
        next[j + shift] = (next[j + shift] || 0) ^ times(factor, previous[j]);
      }
      for (let j = 0; j < next.length; j++) next[j] = next[j] || 0;
      if (2 * errors <= i) {
        previous = locator;
        errors = i + 1 - errors;
        last = gap;
        shift = 1;
      } else {
        shift++;
      }
      locator = next;
    }
    while (locator.length > 1 && locator[locator.length - 1] === 0) locator.pop();
    if (locator.length - 1 !== errors || errors * 2 > correcting) return null;
    const evaluator = [];
    for (let i = 0; i < correcting; i++) {
      let sum = 0;
      for (let j = 0; j <= Math.min(i, errors); j++) sum ^= times(locator[j], syndromes[i - j]);
      evaluator.push(sum);
    }
    const derivative = locator.map((_value, i) => ((i + 1) % 2 ? locator[i + 1] || 0 : 0)).slice(0, errors);
    const right = block.slice();
    let found = 0;
    for (let place = 0; place < size; place++) {
      const x = POWER[(255 - place) % 255];
      if (at(locator, x) !== 0) continue;
      const slope = at(derivative, x);
      if (slope === 0) return null;
      // The first root of the generator is 1, so the value is multiplied with the place itself.
      right[size - 1 - place] ^= times(POWER[place % 255], times(at(evaluator, x), inverse(slope)));
      found++;
    }
    if (found !== errors) return null;
    for (let i = 0; i < correcting; i++) {
      let sum = 0;
      for (let j = 0; j < size; j++) sum = times(sum, POWER[i]) ^ right[j];
      if (sum !== 0) return null;
    }
    return right;
  }

  function alignments(version) {
    if (version === 1) return [];
    const count = Math.floor(version / 7) + 2;
    const step = Math.floor((version * 4 + count * 2 + 1) / (count * 2 - 2)) * 2;
    const places = [];
    for (let i = 0, place = version * 4 + 10; i < count - 1; i++, place -= step) places.unshift(place);
    return [6, ...places];
  }

  // Modules that carry no data.
  function functional(version) {
    const size = version * 4 + 17;
    const taken = new Uint8Array(size * size);
    const fill = (x0, y0, x1, y1) => {
      for (let y = y0; y <= y1; y++) for (let x = x0; x <= x1; x++) taken[y * size + x] = 1;
    };
    fill(0, 0, 8, 8);
    fill(size - 8, 0, size - 1, 8);
    fill(0, size - 8, 8, size - 1);
    fill(6, 0, 6, size - 1);
    fill(0, 6, size - 1, 6);
    const places = alignments(version);
    const last = places.length - 1;
    places.forEach((x, i) =>
      places.forEach((y, j) => {
        if ((i === 0 && j === 0) || (i === 0 && j === last) || (i === last && j === 0)) return;
        fill(x - 2, y - 2, x + 2, y + 2);
      }),
    );
    if (version >= 7) {
      fill(size - 11, 0, size - 9, 5);
      fill(0, size - 11, 5, size - 9);
    }
    return taken;
  }

  function bitsOff(a, b) {
    let count = 0;
    for (let left = a ^ b; left; left &= left - 1) count++;
    return count;
  }

  // Level and mask, by the nearest of the 32 words there are.
  function format(matrix, size) {
    const bit = (x, y) => matrix[y * size + x];
    let one = 0;
    let two = 0;
    for (let i = 0; i <= 5; i++) one = (one << 1) | bit(i, 8);
    one = (one << 1) | bit(7, 8);
    one = (one << 1) | bit(8, 8);
    one = (one << 1) | bit(8, 7);
    for (let i = 5; i >= 0; i--) one = (one << 1) | bit(8, i);
    for (let i = size - 1; i >= size - 7; i--) two = (two << 1) | bit(8, i);
    for (let i = size - 8; i < size; i++) two = (two << 1) | bit(i, 8);
    let best = null;
    for (let data = 0; data < 32; data++) {
      let rest = data;
      for (let i = 0; i < 10; i++) rest = (rest << 1) ^ ((rest >> 9) * 0x537);
      const word = ((data << 10) | rest) ^ 0x5412;
      const off = Math.min(bitsOff(word, one), bitsOff(word, two));
      if (off <= 3 && (best === null || off < best.off)) {
        best = { off, level: LEVEL_OF_BITS[data >> 3], mask: data & 7 };
      }
    }
    return best;
  }

  function words(matrix, version, mask) {
    const size = version * 4 + 17;
    const taken = functional(version);
    const found = [];
    let value = 0;
    let bits = 0;
    for (let right = size - 1; right >= 1; right -= 2) {
      if (right === 6) right = 5;
      const upward = ((right + 1) & 2) === 0;
      for (let step = 0; step < size; step++) {
        const y = upward ? size - 1 - step : step;
        for (let x = right; x > right - 2; x--) {
          if (taken[y * size + x]) continue;
          value = (value << 1) | (matrix[y * size + x] ^ (MASKS[mask](x, y) ? 1 : 0));
          if (++bits === 8) {
            found.push(value);
            value = bits = 0;
          }
        }
      }
    }
    return found;
  }

  // Take the blocks apart, set each right, and give the data in order; null where a block is beyond help.
  function data(all, version, level) {
    const correcting = CORRECTING[level][version - 1];
    const count = BLOCKS[level][version - 1];
    const short = Math.floor(all.length / count);
    const shorter = count - (all.length % count);
    const blocks = Array.from({ length: count }, () => []);
    let next = 0;
    for (let i = 0; i < short - correcting + 1; i++) {
      for (let b = 0; b < count; b++) if (i < short - correcting || b >= shorter) blocks[b].push(all[next++]);
    }
    for (let i = 0; i < correcting; i++) for (let b = 0; b < count; b++) blocks[b].push(all[next++]);
    const result = [];
    for (const block of blocks) {
      const right = corrected(block, correcting);
      if (right === null) return null;
      result.push(...right.slice(0, right.length - correcting));
    }
    return result;
  }

  function bytesAsText(raw) {
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(raw);
    } catch {
      return String.fromCharCode(...raw);
    }
  }

  function segments(bytes, version) {
    let place = 0;
    const left = () => bytes.length * 8 - place;
    const take = (count) => {
      if (count > left()) throw new RangeError("cut-short");
      let value = 0;
      for (let i = 0; i < count; i++, place++) value = (value << 1) | ((bytes[place >> 3] >> (7 - (place & 7))) & 1);
      return value;
    };
    const group = version < 10 ? 0 : 1;
    const parts = [];
    while (left() >= 4) {
      const mode = take(4);
      if (mode === 0) break;
      if (mode === 1) {
        let count = take([10, 12][group]);
        for (; count >= 3; count -= 3) parts.push(String(take(10)).padStart(3, "0"));
        if (count) parts.push(String(take([0, 4, 7][count])).padStart(count, "0"));
      } else if (mode === 2) {
        let count = take([9, 11][group]);
        for (; count >= 2; count -= 2) {
          const pair = take(11);
          parts.push(ALPHANUMERIC[Math.floor(pair / 45)] + ALPHANUMERIC[pair % 45]);
        }
        if (count) parts.push(ALPHANUMERIC[take(6)]);
      } else if (mode === 4) {
        const raw = Uint8Array.from({ length: take([8, 16][group]) }, () => take(8));
        parts.push(bytesAsText(raw));
      } else if (mode === 7) {
        take([8, 8, 16, 24][[0, 0, 1, 2][take(1) ? (take(1) ? 3 : 2) : 0]]);
      } else {
        return null;
      }
    }
    return parts.join("");
  }

  // Read a matrix of 0 and 1, row by row; null where it is no code that can be read.
  function read(matrix, version) {
    const size = version * 4 + 17;
    const found = format(matrix, size);
    if (found === null) return null;
    const bytes = data(words(matrix, version, found.mask), version, found.level);
    if (bytes === null) return null;
    try {
      return segments(bytes, version);
    } catch {
      return null;
    }
  }

  return { LARGEST, read };
})();

// A picture of a code as a camera gives it: size, turn, perspective, uneven light, blur and noise, always the same.
(async (svg, size, { scale, angle = 0, lean = 0, noise = 0, light = 0, blur = 0, stain = 0, seed = 1 }) => {
  const image = new Image();
  image.src = "data:image/svg+xml;base64," + svg;
  await image.decode();
  const side = size * 8;
  const flat = document.createElement("canvas");
  flat.width = flat.height = side;
  const pen = flat.getContext("2d", { willReadFrequently: true });
  pen.fillStyle = "white";
  pen.fillRect(0, 0, side, side);
  pen.drawImage(image, 0, 0, side, side);
  const code = pen.getImageData(0, 0, side, side).data;
  const width = Math.ceil(size * scale * 1.5);
  const grey = new Float32Array(width * width);
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  for (let y = 0; y < width; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = [x + 0.5 - width / 2, y + 0.5 - width / 2];
      const w = 1 + (lean * (u + v / 2)) / width;
      const px = Math.floor((((c * u + s * v) * w) / scale) * 8 + side / 2);
      const py = Math.floor((((c * v - s * u) * w) / scale) * 8 + side / 2);
      const inside = px >= 0 && py >= 0 && px < side && py < side;
      let shade = inside ? 30 + (code[4 * (py * side + px)] / 255) * 200 : 200;
      if (Math.hypot(px - side * 0.55, py - side * 0.6) < side * stain) shade = 90;
      grey[y * width + x] = shade * (1 - (light * x) / width);
    }
  }
  for (let round = 0; round < blur; round++) {
    const before = grey.slice();
    for (let y = 1; y < width - 1; y++) {
      for (let x = 1; x < width - 1; x++) {
        const i = y * width + x;
        grey[i] = (4 * before[i] + before[i - 1] + before[i + 1] + before[i - width] + before[i + width]) / 8;
      }
    }
  }
  let random = seed;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = width;
  const result = new ImageData(width, width);
  for (let i = 0; i < grey.length; i++) {
    random = (random * 1664525 + 1013904223) >>> 0;
    const value = grey[i] + (random / 4294967296 - 0.5) * 2 * noise;
    result.data.set([value, value, value, 255], 4 * i);
  }
  canvas.getContext("2d").putImageData(result, 0, 0);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.8));
  return PAGE.picture(blob);
})

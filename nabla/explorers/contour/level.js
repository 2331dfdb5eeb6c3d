// The level line through a point: cell by cell, as level.py has it.

const HALVINGS = 20;

// Where a cubic between 0 and 1 is 0, given its values and slopes at both.
const root = (first, last, slope, lastSlope) => {
  const bend = 3 * (last - first) - 2 * slope - lastSlope;
  const twist = slope + lastSlope - 2 * (last - first);
  let [low, high] = [0, 1];
  for (let n = 0; n < HALVINGS; n++) {
    const t = (low + high) / 2;
    if ((first + t * (slope + t * (bend + t * twist))) * first > 0) low = t;
    else high = t;
  }
  return (low + high) / 2;
};

const difference = (at, n, last) => {
  const [low, high] = [Math.max(n - 1, 0), Math.min(n + 1, last)];
  return (at(high) - at(low)) / (high - low);
};

// What leads from the end of a curve along a direction, or straight on if that is 0.
const handle = ([x, y], dx, dy, length) => {
  const size = Math.hypot(x, y);
  if (!size) return [dx / 3, dy / 3];
  const along = (x * dx + y * dy) / (size * length);
  const reach = ((along < 0 ? -2 : 2) / 3) * (length / (1 + Math.abs(along)) / size);
  return [reach * x, reach * y];
};

// The path from one crossing to another: for an arc of a circle, nearly that arc.
const curve = ([[x, y], direction], [[endX, endY], endDirection]) => {
  const [dx, dy] = [endX - x, endY - y];
  const length = Math.hypot(dx, dy);
  if (length < 0.01) return "";
  const [ux, uy] = handle(direction, dx, dy, length);
  const [vx, vy] = handle(endDirection, dx, dy, length);
  const points = [x, y, ux, uy, dx - vx, dy - vy, dx, dy].map((n) => n.toFixed(2));
  return `M${points.slice(0, 2).join(" ")}c${points.slice(2).join(" ")}`;
};

// The path of the lines on which the height is `level`.
export const levelLine = ({ xs, ys, heights, beyond, slopesX, slopesY, box, scale }, level) => {
  const [rows, columns] = [heights.length - 1, heights[0].length - 1];
  const step = [xs[1] - xs[0], ys[1] - ys[0]];
  const [across, down] = [scale[0] * step[0], scale[2] * step[1]];
  const height = ([i, j]) => heights[j][i] - level;

  // How much the height grows by a step: as torch found it, or by differences.
  const gradient = ([i, j]) => {
    const [m, n] = [i - beyond[0], j - beyond[1]];
    if (m in xs && n in ys) return [slopesX[n][m] * step[0], slopesY[n][m] * step[1]];
    return [difference((k) => heights[j][k], i, columns), difference((k) => heights[k][i], j, rows)];
  };

  // Where the line crosses between two corners, and its direction there.
  const onEdge = (start, end) => {
    const axis = +(start[0] === end[0]);
    const [slopes, more] = [gradient(start), gradient(end)];
    const way = end[axis] - start[axis];
    const t = way ? root(height(start), height(end), way * slopes[axis], way * more[axis]) : 0;
    const [gx, gy] = slopes.map((slope, n) => slope + t * (more[n] - slope));
    const [i, j] = start.map((from, n) => from + t * (end[n] - from));
    return [[box[0] + i * across, box[3] + j * down], [gy / down, -gx / across]];
  };

  // The ends of the curves through a cell.
  const cell = (i, j) => {
    const corners = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]];
    const above = corners.map(height);
    if (Math.min(...above) > 0 || Math.max(...above) < 0) return [];
    const on = [0, 1, 2, 3].filter((n) => above[n] === 0);
    const cut = [0, 1, 2, 3].filter((n) => above[n] * above[(n + 1) % 4] < 0);
    const ends = cut.map((n) => onEdge(corners[n], corners[(n + 1) % 4]));
    if (cut.length === 4) {
      const middle = above.reduce((sum, one) => sum + one);
      const order = middle === 0 ? [0, 2, 1, 3] : middle * above[0] > 0 ? [0, 1, 2, 3] : [3, 0, 1, 2];
      const [a, b, c, d] = order.map((n) => ends[n]);
      return [[a, b], [c, d]];
    }
    if (cut.length === 2) return [ends];
    const at = (n) => onEdge(corners[n], corners[n]);
    if (cut.length === 1 && on.length === 1) return [[ends[0], at(on[0])]];
    if (on.length === 2 && on[1] - on[0] === 2) {
      return above[1] * above[3] + above[0] * above[2] < 0 ? [on.map(at)] : [];
    }
    const along = on.length < 4 ? on.filter((n) => above[(n + 1) % 4] === 0) : [];
    return along.map((n) => [at(n), at((n + 1) % 4)]);
  };

  let path = "";
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      for (const [start, end] of cell(i, j)) path += curve(start, end);
    }
  }
  return path;
};

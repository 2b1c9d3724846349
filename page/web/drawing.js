// @ts-check
// The ring as its bytes: a strip and a circle, in SVG. State is told by colour, by pattern and by
// words, so that none of them is needed.
'use strict';

const SVG = 'http://www.w3.org/2000/svg';

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 * @param {...(Node | string)} children
 */
function svg(tag, attributes, ...children) {
  const e = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(attributes)) e.setAttribute(key, String(value));
  e.append(...children);
  return e;
}

const drawing = {
  /** The patterns that tell BUSY and DISCARD without colour. One for each drawing: ids are global.
   * @param {string} id */
  patterns(id) {
    const busy = svg('pattern', { id: `${id}-busy`, width: 8, height: 8, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
      svg('rect', { width: 8, height: 8, class: 'fill-busy' }), svg('rect', { width: 3, height: 8, class: 'stripe' }));
    const discard = svg('pattern', { id: `${id}-discard`, width: 8, height: 8, patternUnits: 'userSpaceOnUse' },
      svg('rect', { width: 8, height: 8, class: 'fill-discard' }), svg('path', { d: 'M0 0 L8 8 M8 0 L0 8', class: 'cross' }));
    return svg('defs', {}, busy, discard);
  },

  /** @param {string} id @param {RecordShown} r */
  fill(id, r) {
    if (r.state === 'BUSY') return `url(#${id}-busy)`;
    if (r.state === 'DISCARD') return `url(#${id}-discard)`;
    return '';
  },

  /** @param {RecordShown} r */
  label(r) {
    return r.state === 'committed' ? `${r.name} ${r.len}` : `${r.name} ${r.state} ${r.len}`;
  },

  /** The pieces of a record on the ring: two if it goes over the end.
   * @param {RecordShown} r @param {number} bytes */
  pieces(r, bytes) {
    const first = Math.min(r.size, bytes - r.from);
    const all = [{ from: r.from, size: first }];
    if (first < r.size) all.push({ from: 0, size: r.size - first });
    return all;
  },

  /** In words, for who does not see it.
   * @param {{bytes: number, positions: Map<string, number>, records: RecordShown[]}} ring */
  text(ring) {
    const records = ring.records.map((r) => `${drawing.label(r)} at ${r.pos}${r.payload ? `, payload ${r.payload}` : ''}${r.live ? '' : ', consumed'}`);
    const positions = [...ring.positions].map(([name, value]) => `${name} ${value}`);
    return `A ring of ${ring.bytes} bytes. ${records.join('; ') || 'No records'}. ${positions.join(', ')}.`;
  },

  /**
   * @param {string} id
   * @param {{bytes: number, positions: Map<string, number>, records: RecordShown[]}} ring
   */
  strip(id, ring) {
    const width = 640;
    const per = width / ring.bytes;
    const top = 52;
    const height = 46;
    const picture = svg('svg', { viewBox: `-8 0 ${width + 16} 172`, role: 'img', 'aria-label': drawing.text(ring), class: 'strip' },
      drawing.patterns(id));
    picture.append(svg('rect', { x: 0, y: top, width, height, class: 'free' }));
    for (const r of [...ring.records].sort((a, b) => Number(a.live) - Number(b.live) || a.pos - b.pos)) {
      drawing.pieces(r, ring.bytes).forEach((p, i) => {
        const x = p.from * per;
        const g = svg('g', { class: `record ${r.state} ${r.live ? 'live' : 'old'}` });
        const box = svg('rect', { x, y: top, width: p.size * per, height, class: 'body' });
        const fill = drawing.fill(id, r);
        if (fill) box.setAttribute('fill', fill);
        g.append(box);
        if (i === 0) {
          g.append(svg('rect', { x, y: top, width: 8 * per, height, class: 'header' }));
          g.append(svg('rect', { x: x + 2, y: top + 12, width: p.size * per - 4, height: 22, class: 'plate' }));
          g.append(svg('text', { x: x + (p.size * per) / 2, y: top + 28, class: 'name' }, drawing.label(r)));
          if (r.payload) g.append(svg('text', { x: x + 8 * per + 3, y: top + 43, class: 'payload' }, r.payload));
        }
        picture.append(g);
      });
    }
    const fine = ring.bytes > 1024 ? ring.bytes / 128 : ring.bytes > 128 ? 8 : 1;
    for (let b = 0; b <= ring.bytes; b += fine)
      picture.append(svg('line', { x1: b * per, x2: b * per, y1: top + height, y2: top + height + (b % (8 * fine) === 0 || fine === 8 ? 7 : 3), class: 'tick' }));
    const every = ring.bytes > 128 ? ring.bytes / 16 : 8;
    for (let b = 0; b < ring.bytes; b += every)
      picture.append(svg('text', { x: b * per, y: top + height + 19, class: 'offset' }, String(b)));
    drawing.pointers(picture, ring, per, top, height);
    return picture;
  },

  /** The positions: the consumer's from below, the producer's from above.
   * @param {Element} picture
   * @param {{bytes: number, positions: Map<string, number>, records: RecordShown[]}} ring
   * @param {number} per @param {number} top @param {number} height */
  pointers(picture, ring, per, top, height) {
    const above = [...ring.positions].filter(([name]) => name !== 'consumer_pos' && name !== 'overwrite_pos');
    const below = [...ring.positions].filter(([name]) => name === 'consumer_pos' || name === 'overwrite_pos');
    const name = (/** @type {number} */ value) => ring.records.find((r) => r.pos === value)?.name;
    const mark = (/** @type {[string, number]} */ [word, value], /** @type {number} */ row, /** @type {boolean} */ up) => {
      const x = (value % ring.bytes) * per;
      const tip = up ? top : top + height;
      const far = up ? top - 12 - 18 * row : tip + 40 + 18 * row;
      const lap = Math.floor(value / ring.bytes);
      const record = name(value);
      const text = `${word} ${value}${record ? ` = ${record}` : ''}${lap > 0 ? `, lap ${lap + 1}` : ''}`;
      const left = x < 320;
      picture.append(svg('g', { class: `pointer ${word}` },
        svg('line', { x1: x, x2: x, y1: tip, y2: far }),
        svg('path', { d: up ? `M${x - 5} ${tip - 8} L${x + 5} ${tip - 8} L${x} ${tip} Z` : `M${x - 5} ${tip + 8} L${x + 5} ${tip + 8} L${x} ${tip} Z` }),
        svg('text', { x: left ? x + 6 : x - 6, y: far + (up ? 4 : 4), 'text-anchor': left ? 'start' : 'end' }, text)));
    };
    above.forEach((p, i) => mark(/** @type {[string, number]} */ (p), i, true));
    below.forEach((p, i) => mark(/** @type {[string, number]} */ (p), i, false));
  },

  /**
   * @param {string} id
   * @param {{bytes: number, positions: Map<string, number>, records: RecordShown[]}} ring
   */
  circle(id, ring) {
    const picture = svg('svg', { viewBox: '-140 -110 280 220', role: 'img', 'aria-label': 'The same as a ring', class: 'circle' },
      drawing.patterns(id));
    const angle = (/** @type {number} */ byte) => (byte / ring.bytes) * 2 * Math.PI - Math.PI / 2;
    const at = (/** @type {number} */ a, /** @type {number} */ radius) => `${(Math.cos(a) * radius).toFixed(2)} ${(Math.sin(a) * radius).toFixed(2)}`;
    const arc = (/** @type {number} */ from, /** @type {number} */ size) => {
      const a = angle(from);
      const b = angle(from + Math.min(size, ring.bytes - 0.01));
      const large = size > ring.bytes / 2 ? 1 : 0;
      return `M${at(a, 80)} A80 80 0 ${large} 1 ${at(b, 80)} L${at(b, 52)} A52 52 0 ${large} 0 ${at(a, 52)} Z`;
    };
    picture.append(svg('path', { d: arc(0, ring.bytes), class: 'free' }));
    for (const r of [...ring.records].sort((a, b) => Number(a.live) - Number(b.live) || a.pos - b.pos)) {
      const shape = svg('path', { d: arc(r.from, r.size), class: 'body' });
      const fill = drawing.fill(id, r);
      if (fill) shape.setAttribute('fill', fill);
      const middle = at(angle(r.from + r.size / 2), 66).split(' ');
      picture.append(svg('g', { class: `record ${r.state} ${r.live ? 'live' : 'old'}` }, shape,
        svg('path', { d: arc(r.from, 8), class: 'header' }),
        svg('circle', { cx: middle[0], cy: middle[1], r: 10, class: 'plate' }),
        svg('text', { x: middle[0], y: Number(middle[1]) + 4, class: 'name' }, r.name)));
    }
    for (const [word, value] of ring.positions) {
      const outside = word !== 'consumer_pos' && word !== 'overwrite_pos';
      const a = angle(value % ring.bytes);
      const letter = word[0].toUpperCase() === 'P' && word.startsWith('pend') ? 'p' : word[0].toUpperCase();
      const shift = word.startsWith('pend') ? 0.16 : 0;
      picture.append(svg('g', { class: `pointer ${word}` },
        svg('path', { d: outside ? `M${at(a - 0.06 + shift, 92)} L${at(a + 0.06 + shift, 92)} L${at(a, 81)} Z` : `M${at(a - 0.1, 40)} L${at(a + 0.1, 40)} L${at(a, 51)} Z` }),
        svg('text', { x: at(a + shift, outside ? 101 : 30).split(' ')[0], y: Number(at(a + shift, outside ? 101 : 30).split(' ')[1]) + 4, 'text-anchor': 'middle' }, letter)));
    }
    return picture;
  },
};

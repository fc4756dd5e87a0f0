// Rows that are dragged by their handles, with mouse, pen or finger. The list scrolls along at its edges. Moving by keys
// and buttons is the rows' own business; the order changes only when the row is let go.

export type Sortable = { onmove: (from: number, to: number) => void };

type Row = { element: HTMLElement; top: number; height: number };
type Drag = { rows: Row[]; from: number; to: number; startY: number; y: number; scroller: HTMLElement; startScroll: number; frame: number };

const EDGE = 70;
const GAP_GUESS = 8;

/** An attachment for the element whose children with `data-row` are dragged by what has `data-handle`. */
export function sortable(options: () => Sortable) {
  return (list: HTMLElement) => {
    let drag: Drag | null = null;

    function down(event: PointerEvent) {
      const handle = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-handle]') : null;
      const held = handle?.closest<HTMLElement>('[data-row]');
      if (!handle || held?.parentElement !== list || event.button !== 0) return;
      const rows = [...list.children].filter((row): row is HTMLElement => row instanceof HTMLElement && row.hasAttribute('data-row'));
      const scroller = scrollerOf(list);
      drag = {
        rows: rows.map((element) => ({ element, top: element.getBoundingClientRect().top, height: element.offsetHeight })),
        from: rows.indexOf(held),
        to: rows.indexOf(held),
        startY: event.clientY,
        y: event.clientY,
        scroller,
        startScroll: scroller.scrollTop,
        frame: 0,
      };
      handle.setPointerCapture(event.pointerId);
      list.setAttribute('data-sorting', '');
      held.setAttribute('data-held', '');
      event.stopPropagation();
    }

    function move(event: PointerEvent) {
      if (!drag) return;
      drag.y = event.clientY;
      event.preventDefault();
      if (!drag.frame) drag.frame = requestAnimationFrame(draw);
    }

    function draw() {
      if (!drag) return;
      drag.frame = 0;
      const step = scrollStep(drag.scroller, drag.y);
      const before = drag.scroller.scrollTop;
      drag.scroller.scrollTop += step;
      if (drag.scroller.scrollTop !== before) drag.frame = requestAnimationFrame(draw);
      const by = drag.y - drag.startY + drag.scroller.scrollTop - drag.startScroll;
      const held = drag.rows[drag.from];
      if (!held) return;
      drag.to = placeOf(drag.rows, drag.from, held.top + by, held.top + held.height + by);
      const room = held.height + gapOf(drag.rows);
      for (const [at, row] of drag.rows.entries()) {
        const shift = at === drag.from ? by : at > drag.from && at <= drag.to ? -room : at < drag.from && at >= drag.to ? room : 0;
        row.element.style.setProperty('translate', `0 ${shift}px`);
      }
    }

    function up(event: PointerEvent) {
      if (!drag) return;
      const { rows, from, to, frame } = drag;
      cancelAnimationFrame(frame);
      drag = null;
      list.removeAttribute('data-sorting');
      for (const { element } of rows) {
        element.style.removeProperty('translate');
        element.removeAttribute('data-held');
      }
      if (event.type === 'pointerup' && from !== to) options().onmove(from, to);
    }

    list.addEventListener('pointerdown', down);
    list.addEventListener('pointermove', move);
    list.addEventListener('pointerup', up);
    list.addEventListener('pointercancel', up);
    return () => {
      list.removeEventListener('pointerdown', down);
      list.removeEventListener('pointermove', move);
      list.removeEventListener('pointerup', up);
      list.removeEventListener('pointercancel', up);
    };
  };
}

/** Where the held row would land: past every row whose middle its leading edge has crossed. */
function placeOf(rows: Row[], from: number, top: number, bottom: number): number {
  const before = rows.slice(0, from).findIndex((row) => top < row.top + row.height / 2);
  if (before >= 0) return before;
  const after = rows.slice(from + 1).filter((row) => bottom > row.top + row.height / 2).length;
  return from + after;
}

function gapOf([first, second]: Row[]): number {
  return first && second ? second.top - first.top - first.height : GAP_GUESS;
}

function scrollStep(scroller: HTMLElement, y: number): number {
  const isPage = scroller === document.scrollingElement;
  const { top, bottom } = isPage ? { top: 0, bottom: innerHeight } : scroller.getBoundingClientRect();
  const past = y < top + EDGE ? y - top - EDGE : y > bottom - EDGE ? y - bottom + EDGE : 0;
  return Math.round(past / 5);
}

function scrollerOf(element: HTMLElement): HTMLElement {
  for (let parent = element.parentElement; parent; parent = parent.parentElement) {
    const { overflowY } = getComputedStyle(parent);
    if ((overflowY === 'auto' || overflowY === 'scroll') && parent.scrollHeight > parent.clientHeight) return parent;
  }
  return document.scrollingElement as HTMLElement;
}

/** Where keys want a row to go: `Alt` with the arrows anywhere in it, the arrows alone on its handle. */
export function stepOf(event: KeyboardEvent): number {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key] ?? 0;
  const isOnHandle = event.target instanceof Element && event.target.hasAttribute('data-handle');
  return event.altKey || isOnHandle ? step : 0;
}

// Makes one tree of elements like another by the fewest changes: what is the same stays, so pictures do not load anew
// and animations go on.

const keyOf = (node: Node) => (node instanceof Element ? `${node.tagName}#${node.id}` : `${node.nodeType}`);

/** Gives `old` the attributes and children of `wanted`. */
export function morph(old: Element, wanted: Element) {
  for (const { name } of [...old.attributes]) {
    if (!wanted.hasAttribute(name)) old.removeAttribute(name);
  }
  for (const { name, value } of wanted.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  const left = [...old.childNodes];
  let place: ChildNode | null = old.firstChild;
  for (const child of [...wanted.childNodes]) {
    const at = left.findIndex((node) => isAlike(node, child));
    const same = at < 0 ? undefined : left.splice(at, 1)[0];
    if (!same) {
      old.insertBefore(document.adoptNode(child), place);
      continue;
    }
    if (same === place) place = same.nextSibling;
    else old.insertBefore(same, place);
    if (same instanceof Element) morph(same, child as Element);
    else if (same.nodeValue !== child.nodeValue) same.nodeValue = child.nodeValue;
  }
  for (const node of left) node.remove();
}

/** Whether one can become the other; a picture with another address is another picture. */
function isAlike(node: Node, wanted: Node): boolean {
  if (keyOf(node) !== keyOf(wanted)) return false;
  if (!(node instanceof Element && wanted instanceof Element)) return true;
  const isOneKind = node.getAttribute('class') === wanted.getAttribute('class') || node.parentElement === document.documentElement;
  return isOneKind && node.getAttribute('src') === wanted.getAttribute('src');
}

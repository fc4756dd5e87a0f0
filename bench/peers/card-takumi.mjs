// The card by takumi's native core: one renderer, fonts registered once, decoded pictures cached unless the card says not.
import { Renderer } from '@takumi-rs/core'
import { avatar, gradient, others, picture, pills, serve, size, weights } from './card-content.mjs'

const renderer = new Renderer()
for (const font of [...weights, ...others]) await renderer.registerFont(font)

const text = (text, style) => ({ type: 'text', text, style })
const box = (style, children) => ({ type: 'container', style: { display: 'flex', ...style }, children })

function card({ kind, name, handle, bio, footer }) {
  const children = [
    box({ alignItems: 'center', gap: 40 }, [
      { type: 'image', src: 'avatar', width: 160, height: 160,
        style: { width: 160, height: 160, borderRadius: 80, border: '6px solid white', flexShrink: 0 } },
      box({ flexDirection: 'column' }, [
        text(name, { fontSize: 64, fontWeight: 700, lineClamp: 1, textOverflow: 'ellipsis' }),
        text(handle, { fontSize: 32, opacity: 0.8 }),
      ]),
    ]),
    text(bio, { fontSize: 32, lineHeight: 1.4, marginTop: 36, lineClamp: 3, textOverflow: 'ellipsis', wordBreak: 'break-word' }),
    box({ gap: 16, marginTop: 32 }, pills.map((pill) =>
      text(pill, { fontSize: 24, padding: '8px 20px', borderRadius: 24, backgroundColor: 'rgba(255,255,255,0.18)' }))),
    text(footer, { fontSize: 24, opacity: 0.7, position: 'absolute', bottom: 48, left: 72 }),
  ]
  const full = { ...size, position: 'absolute', top: 0, left: 0 }
  const layers = kind === 'picture'
    ? [{ type: 'image', src: 'picture', ...size, style: { ...full, objectFit: 'cover' } },
      box({ ...full, backgroundColor: 'rgba(0,0,0,0.45)' }, [])]
    : [box({ ...full, backgroundImage: gradient }, [])]
  const content = box({ ...full, flexDirection: 'column', padding: 72, boxSizing: 'border-box' }, children)
  return box({ ...size, color: 'white', fontFamily: 'Inter' }, [...layers, content])
}

serve((content) => {
  const cache = content.kind === 'uncached' ? 'none' : 'auto'
  const images = [{ src: 'avatar', data: avatar, cache }, { src: 'picture', data: picture, cache }]
  return renderer.render(card(content), { ...size, format: 'png', images })
})

// The card by satori and resvg-js, as their manuals show it: fonts read once, no system fonts, text as paths.
import { Resvg } from '@resvg/resvg-js'
import satori from 'satori'
import { avatar, gradient, picture, pills, serve, size, weights } from './card-content.mjs'

const data = (mime, bytes) => `data:${mime};base64,${bytes.toString('base64')}`
const avatarUrl = data('image/png', avatar)
const pictureUrl = data('image/jpeg', picture)
const box = (style, children) => ({ type: 'div', props: { style: { display: 'flex', ...style }, children } })
const image = (src, width, height, style) => ({ type: 'img', props: { src, width, height, style } })

function card({ kind, name, handle, bio, footer }) {
  const full = { ...size, position: 'absolute', top: 0, left: 0 }
  const layers = kind === 'picture'
    ? [image(pictureUrl, size.width, size.height, { ...full, objectFit: 'cover' }),
      box({ ...full, backgroundColor: 'rgba(0,0,0,0.45)' }, [])]
    : [box({ ...full, backgroundImage: gradient }, [])]
  const content = box({ ...full, flexDirection: 'column', padding: 72, boxSizing: 'border-box' }, [
    box({ alignItems: 'center' }, [
      image(avatarUrl, 160, 160, { borderRadius: 80, border: '6px solid white', boxSizing: 'border-box', flexShrink: 0 }),
      box({ flexDirection: 'column', marginLeft: 40 }, [
        box({ fontSize: 64, fontWeight: 700 }, name),
        box({ fontSize: 32, opacity: 0.8 }, handle),
      ]),
    ]),
    { type: 'div', props: { style: { display: 'block', fontSize: 32, lineHeight: 1.4, marginTop: 36, lineClamp: 3, wordBreak: 'break-word' }, children: bio } },
    box({ marginTop: 32 }, pills.map((pill) =>
      box({ fontSize: 24, padding: '8px 20px', marginRight: 16, borderRadius: 24, backgroundColor: 'rgba(255,255,255,0.18)' }, pill))),
    box({ fontSize: 24, opacity: 0.7, position: 'absolute', bottom: 48, left: 72 }, footer),
  ])
  return box({ ...size, color: 'white', fontFamily: 'Inter' }, [...layers, content])
}

serve(async (content) => {
  const svg = await satori(card(content), { ...size, fonts: weights })
  return new Resvg(svg, { font: { loadSystemFonts: false } }).render().asPng()
})

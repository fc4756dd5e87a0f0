// What both card peers are given: fonts, pictures, and the texts of the cards. AVATAR PICTURE TEXTS FONTS
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'

const [port, avatarFile, pictureFile, textsFile, fonts] = process.argv.slice(2)
export const avatar = readFileSync(avatarFile)
export const picture = readFileSync(pictureFile)
const texts = JSON.parse(readFileSync(textsFile, 'utf8'))

export const weights = [['Inter-Regular.ttf', 400], ['Inter-SemiBold.ttf', 600], ['Inter-Bold.ttf', 700]]
  .map(([name, weight]) => ({ name: 'Inter', data: readFileSync(join(fonts, name)), weight, style: 'normal' }))
export const others = ['NotoSansArabic-Regular.ttf', 'NotoSansCJK-Regular.otf', 'NotoColorEmoji.ttf', 'NotoSans-Regular.ttf']
  .map((name) => ({ name: name.split('.')[0], data: readFileSync(join(fonts, name)), weight: 400, style: 'normal' }))

export const size = { width: 1200, height: 630 }
export const gradient = 'linear-gradient(135deg, #1b1340, #4a1f78, #a32e7a)'
export const pills = ['Verified', 'Staff', 'Plus']

// GET /KIND/TEXT/NUMBER: a card of a kind (plain, picture, uncached) with one of the texts; the number makes it new.
export function serve(render) {
  createServer(async (request, response) => {
    try {
      const [, kind, text, number] = request.url.split('/')
      const { name, bio } = texts[Number(text)]
      const content = { kind, name: name.replace('{}', number), handle: `@user${number}`, bio, footer: `user${number}.localhost` }
      const png = await render(content)
      response.writeHead(200, { 'Content-Type': 'image/png', 'Content-Length': png.length }).end(png)
    } catch (error) {
      console.error(error)
      response.writeHead(500, { 'Content-Length': 0 }).end()
    }
  }).listen(Number(port), '127.0.0.1')
}

// A profile page as an Express application would serve it: two prepared queries on SQLite, an EJS template that is
// compiled once, presence from memory, and views that are written in batches. PORT DATABASE STYLE
import { readFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import ejs from 'ejs'
import express from 'express'

const [port, file, styleFile] = process.argv.slice(2)
const PROFILES = 10_000
const style = readFileSync(styleFile, 'utf8')

const database = new Database(file)
database.pragma('journal_mode = WAL')
database.pragma('synchronous = NORMAL')
database.pragma('mmap_size = 1073741824')
database.exec(`
  CREATE TABLE IF NOT EXISTS profiles (id INTEGER PRIMARY KEY, host TEXT NOT NULL UNIQUE, username TEXT, name TEXT, bio TEXT);
  CREATE TABLE IF NOT EXISTS links (profile INTEGER, position INTEGER, label TEXT, url TEXT, note TEXT,
    PRIMARY KEY (profile, position)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS views (profile INTEGER, at INTEGER, visitor TEXT, user_agent TEXT);`)
if (database.prepare('SELECT COUNT(*) AS count FROM profiles').get().count === 0) {
  const profile = database.prepare('INSERT INTO profiles VALUES (?, ?, ?, ?, ?)')
  const link = database.prepare('INSERT INTO links VALUES (?, ?, ?, ?, ?)')
  database.transaction(() => {
    for (let id = 0; id < PROFILES; id++) {
      profile.run(id, `user${id}.localhost`, `user${id}`, `User ${id}`, 'Notes on engines, poetry & numbers, and more.')
      for (let at = 0; at < 20; at++) {
        link.run(id, at, `Link number ${at}`, `https://site${at}.example/user${id}/page`, 'A word about what is there')
      }
    }
  })()
}

const findProfile = database.prepare('SELECT id, host, username, name, bio FROM profiles WHERE host = ?')
const findLinks = database.prepare('SELECT label, url, note FROM links WHERE profile = ? ORDER BY position')
const insertView = database.prepare('INSERT INTO views VALUES (?, ?, ?, ?)')
const render = ejs.compile(readFileSync(new URL('page.ejs', import.meta.url), 'utf8'))
const presence = { status: 'online', activity: { name: 'Chess', type: 0, details: 'An endgame' } }

let views = []
const seen = new Map()
setInterval(() => {
  const batch = views
  views = []
  database.transaction(() => batch.forEach((view) => insertView.run(...view)))()
}, 200).unref()
setInterval(() => seen.clear(), 30_000).unref()

const app = express()
app.disable('x-powered-by')
app.set('etag', false)
app.get('/', (request, response) => {
  const profile = findProfile.get(request.headers.host)
  if (!profile) return response.status(404).send('Not found')
  const visitor = `${profile.id} ${request.socket.remoteAddress} ${request.headers['user-agent']}`
  if (!seen.has(visitor)) {
    seen.set(visitor, true)
    views.push([profile.id, Date.now(), request.socket.remoteAddress, request.headers['user-agent']])
  }
  const links = findLinks.all(profile.id)
  response.set('Cache-Control', 'no-store').send(render({ profile, links, presence, style }))
})
app.listen(Number(port), '127.0.0.1', 4096)

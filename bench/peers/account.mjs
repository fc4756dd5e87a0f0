// GET /users/{id} as an Express application would serve it from the same PostgreSQL: a pool, named (so prepared)
// statements, the three reads at once. PORT DATABASE_URL API_KEY
import express from 'express'
import pg from 'pg'

const [port, url, apiKey] = process.argv.slice(2)
const pool = new pg.Pool({ connectionString: url, max: 8 })
const read = (name, text, values) => pool.query({ name, text, values }).then((result) => result.rows)
const time = (millis) => new Date(Number(millis)).toISOString().replace('.000Z', 'Z')

const USER = `SELECT id, username, nickname, bio, avatar, banner, socials, created, is_verified, is_staff, is_partner,
  bug_hunter_tier, is_translator, is_suspended, custom_embed, plan, plan_expires_at FROM users WHERE id = $1`
const BLOCKS = 'SELECT target FROM blocks WHERE owner = $1'
const UPLOADS = `SELECT code, file, title, description, created, is_album FROM posts
  WHERE owner = $1 AND privacy = 'public' AND NOT is_moderated ORDER BY created DESC, code LIMIT 50`

const app = express()
app.disable('x-powered-by')
app.set('etag', false)
app.get('/users/:id', async (request, response) => {
  if (request.headers['api-key'] !== apiKey) return response.status(401).json({ error: 'Unauthorized. Invalid api-key.' })
  const id = request.params.id
  const [[user], blocks, uploads] = await Promise.all([read('user', USER, [id]), read('blocks', BLOCKS, [id]), read('uploads', UPLOADS, [id])])
  if (!user) return response.status(404).json({ error: 'User not found.' })
  const plus = user.plan !== 'free' && (user.plan_expires_at === null || Number(user.plan_expires_at) > Date.now())
  const badges = {
    verified: user.is_verified, staff: user.is_staff, partner: user.is_partner,
    bugHunterTier: user.bug_hunter_tier ?? 0, translator: user.is_translator, plus,
  }
  response.set({ 'Cache-Control': 'no-store', Vary: 'api-key' }).json({ user: {
    id: user.id, username: user.username, avatar: user.avatar, banner: user.banner, nickname: user.nickname, bio: user.bio,
    socials: user.socials && JSON.parse(user.socials), plus, enterprise: user.plan === 'enterprise', verified: user.is_verified,
    staff: user.is_staff, partner: user.is_partner, bugHunterTier: user.bug_hunter_tier, translator: user.is_translator,
    suspended: user.is_suspended, created: time(user.created), customEmbed: user.custom_embed, badges,
    blockedByYou: blocks.length > 0,
    publicUploads: uploads.map((upload) => ({
      code: upload.code, url: `http://i.localhost:8080/${id}/${upload.file}`, postPrivacy: 'public', title: upload.title,
      description: upload.description, created: time(upload.created), public: true, isAlbum: upload.is_album,
    })),
  } })
})
app.listen(Number(port), '127.0.0.1', 4096)

// The icons that a link may carry, as `docs/content.schema.json` lists them.

export const MARKS: readonly string[] = `
  anilist applemusic artstation bandcamp behance bluesky buymeacoffee chess codeberg deezer devto
  deviantart discord dribbble epicgames etsy facebook figma flickr github gitlab goodreads
  huggingface instagram itchio keybase kick kofi lastfm leagueoflegends leetcode letterboxd
  liberapay lichess mastodon matrix medium mixcloud modrinth myanimelist newgrounds npm orcid osu
  patreon paypal pinterest pixelfed pixiv playstation reddit roblox rust signal snapchat soundcloud
  spotify stackoverflow steam strava substack telegram threads tidal tiktok trakt tumblr twitch
  unsplash valorant vimeo whatsapp wikipedia x youtube youtubemusic book bookmark briefcase calendar
  camera code coffee download file gamepad gift globe headphones heart home image link mail map-pin
  message mic monitor music palette pen phone radio rss shopping-bag sparkles star ticket trophy tv
  users video xmpp
`.trim().split(/\s+/);

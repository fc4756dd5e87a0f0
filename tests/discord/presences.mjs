// Presences as clients of Discord send them, one of each kind.

const start = 1_780_000_000_000;

const activity = (rest) => ({ id: 'x', created_at: start, ...rest });

export const presences = {
  'nothing but a status': { status: 'idle', activities: [], client_status: { mobile: 'idle' } },
  'a game': { status: 'online', client_status: { desktop: 'online' }, activities: [
    activity({ name: 'Chess', type: 0, application_id: '383226320970055681', details: 'Endgame', state: 'Rook against pawn',
      timestamps: { start }, assets: { large_image: '464651972', large_text: 'The board', small_image: '7' }, party: { id: 'p', size: [1, 2] } })] },
  'Spotify': { status: 'dnd', client_status: { desktop: 'dnd', web: 'dnd' }, activities: [
    activity({ id: 'spotify:1', name: 'Spotify', type: 2, flags: 48, details: 'Song Title', state: 'One; Two', sync_id: 's', session_id: 'i',
      party: { id: 'spotify:123456789012345678' }, timestamps: { start, end: start + 210_000 },
      assets: { large_image: 'spotify:ab67616d0000b273', large_text: 'Album Name' } })] },
  'a local file in Spotify': { status: 'online', client_status: {}, activities: [
    activity({ id: 'spotify:1', name: 'Spotify', type: 2, flags: 48, details: 'My own song', timestamps: { start, end: start + 1000 },
      assets: { large_text: 'Nowhere' } })] },
  'an external image': { status: 'online', client_status: { desktop: 'online' }, activities: [
    activity({ name: 'Music', type: 2, application_id: '1', assets: { large_image: 'mp:external/abc/https/example.org/cover.png' } })] },
  'a stream': { status: 'online', client_status: { desktop: 'online' }, activities: [
    activity({ name: 'Twitch', type: 1, url: 'https://twitch.tv/ada', details: 'Live', state: 'Chess', assets: { large_image: 'twitch:ada' } })] },
  'a video': { status: 'online', client_status: { desktop: 'online' }, activities: [
    activity({ name: 'YouTube', type: 3, details: 'A film', assets: { large_image: 'youtube:dQw4w9WgXcQ' } })] },
  'a competition': { status: 'online', client_status: { desktop: 'online' }, activities: [activity({ name: 'The Cup', type: 5 })] },
  'a custom status': { status: 'online', client_status: { web: 'online' }, activities: [
    activity({ id: 'custom', name: 'Custom Status', type: 4, state: 'at sea', emoji: { name: '⛵' } })] },
  'a custom status beside a game': { status: 'online', client_status: { desktop: 'online' }, activities: [
    activity({ id: 'custom', name: 'Custom Status', type: 4, state: 'at sea' }), activity({ name: 'Go', type: 0, timestamps: { start } })] },
  'nobody there': { status: 'offline', activities: [], client_status: {} },
};

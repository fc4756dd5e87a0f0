// The page's one script: the live card, the music player, the contact form, and which links are used. Everything it shows has its place in the HTML already;
// texts go in as text only, never as markup, and nothing sounds before somebody asks for it.
'use strict';

const slotsOf = (root) => (name) => root.querySelector(`[data-f="${name}"]`);
const artUrl = (url) => '/api/v1/art?url=' + encodeURIComponent(url);
const draw = (element, icon) => {
  const use = element.querySelector('use');
  use.setAttribute('href', use.getAttribute('href').split('#')[0] + '#' + icon);
};
const clock = (seconds) => {
  const two = (number) => String(number).padStart(2, '0');
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.floor(seconds) % 60];
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
};
const picture = (img, src, alt) => {
  img.onerror = () => (img.hidden = true);
  img.alt = alt;
  img.hidden = !src;
  if (!src) img.removeAttribute('src');
  else if (img.getAttribute('src') !== src) img.src = src;
  else if (img.complete && !img.naturalWidth) img.hidden = true;
};

const STATUS = { online: 'Online', idle: 'Idle', dnd: 'Do not disturb', offline: 'Offline' };
const KINDS = [
  ['gamepad', 'Playing'], ['radio', 'Streaming'], ['music', 'Listening to'], ['tv', 'Watching'], ['quote', ''],
  ['swords', 'Competing in'],
];
const CUSTOM = 4;

function presence(section) {
  const card = section.querySelector('.live');
  const slot = slotsOf(card);
  let moments = { kind: card.dataset.kind, start: Number(card.dataset.started), end: Number(card.dataset.ends) };

  const say = (name, text) => {
    const element = slot(name);
    element.textContent = text || '';
    element.hidden = !text;
  };
  const tick = () => {
    const { kind, start, end } = moments;
    const [now, length] = [Math.floor((Date.now() - start) / 1000), Math.floor((end - start) / 1000)];
    const isTimed = start > 0 && kind !== '' && Number(kind) !== CUSTOM;
    const hasEnd = isTimed && length > 0;
    card.querySelector('.bar').hidden = !hasEnd;
    say('elapsed', isTimed && !hasEnd && now >= 0 ? `${clock(now)} elapsed` : '');
    const position = hasEnd ? Math.min(Math.max(now, 0), length) : 0;
    slot('at').textContent = clock(position);
    slot('length').textContent = clock(hasEnd ? length : 0);
    slot('progress').max = hasEnd ? length : 1;
    slot('progress').value = position;
  };
  const show = ({ status, activity }) => {
    const [icon, verb] = (activity && KINDS[activity.type]) || ['zap', ''];
    const { name, details, state, largeImage, largeText = '' } = activity || {};
    card.dataset.status = status;
    card.dataset.kind = activity ? activity.type : '';
    slot('status').textContent = STATUS[status] || STATUS.offline;
    draw(card.querySelector('.cover'), icon);
    card.querySelector('.cover').title = largeText;
    picture(slot('art'), largeImage && artUrl(largeImage), largeText);
    slot('verb').textContent = verb;
    slot('name').textContent = verb ? name : '';
    card.querySelector('.what').hidden = !verb;
    say('details', details);
    say('state', state);
    moments = { kind: card.dataset.kind, start: activity?.startedAt ?? 0, end: activity?.endsAt ?? 0 };
    tick();
  };

  let source;
  let goodbye;
  const open = () => {
    clearTimeout(goodbye);
    if (source && source.readyState !== EventSource.CLOSED) return;
    source = new EventSource(section.dataset.stream);
    source.addEventListener('presence', (event) => show(JSON.parse(event.data)));
  };
  const close = () => {
    source?.close();
    source = null;
  };
  // A tab that nobody looks at keeps its stream for a minute only: a browser has six connections to a host in all.
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) goodbye = setTimeout(close, 60_000);
    else open();
  });
  addEventListener('pagehide', close);
  addEventListener('pageshow', () => document.hidden || open());
  if (slot('art').getAttribute('src')) picture(slot('art'), slot('art').getAttribute('src'), slot('art').alt);
  setInterval(() => document.hidden || tick(), 1000);
  if (!document.hidden) open();
}

const VOLUME = 'nameplate.volume';
const remembered = () => {
  try {
    const volume = Number(localStorage.getItem(VOLUME) ?? 80);
    return volume >= 0 && volume <= 100 ? volume : 80;
  } catch {
    return 80;
  }
};
// A header's bytes are UTF-8, which fetch hands over as one character a byte.
const header = (headers, name) =>
  new TextDecoder().decode(Uint8Array.from(headers.get(name) || '', (letter) => letter.charCodeAt(0)));

const players = [];

function player(section) {
  const slot = slotsOf(section);
  const rows = [...section.querySelectorAll('li[data-isrc]')];
  const audios = rows.map((row) => row.querySelector('audio'));
  const sources = audios.map((audio) => audio.getAttribute('src'));
  const audio = audios[0];
  let at = 0;
  let mayAdvance = false;

  const fill = (input, percent) => input.style.setProperty('--done', `${percent}%`);
  const tell = () => {
    const { title, artist, art } = rows[at].dataset;
    slot('title').textContent = title || `Track ${at + 1}`;
    slot('artist').textContent = artist;
    picture(slot('art'), art, '');
    rows.forEach((row, index) => row.querySelector('.track').setAttribute('aria-current', index === at));
    if ('mediaSession' in navigator && !audio.paused) {
      const artwork = art ? [{ src: art }] : [];
      navigator.mediaSession.metadata = new MediaMetadata({ title: slot('title').textContent, artist, artwork });
    }
  };
  const pace = () => {
    const length = Number.isFinite(audio.duration) ? audio.duration : 0;
    const share = length ? (audio.currentTime / length) * 1000 : 0;
    slot('at').textContent = clock(audio.currentTime);
    slot('length').textContent = length ? clock(length) : '–:––';
    slot('seek').value = share;
    slot('seek').setAttribute('aria-valuetext', `${clock(audio.currentTime)} of ${clock(length)}`);
    fill(slot('seek'), share / 10);
  };
  const toggled = () => {
    draw(slot('play'), audio.paused ? 'play' : 'pause');
    slot('play').setAttribute('aria-label', audio.paused ? 'Play' : 'Pause');
    section.classList.toggle('playing', !audio.paused);
    tell();
  };
  const play = () => {
    players.filter((other) => other !== audio).forEach((other) => other.pause());
    mayAdvance = true;
    slot('say').textContent = '';
    // A browser may refuse: then it stays paused, and the button says so.
    audio.play().catch(toggled);
  };
  const go = (index, isPlaying) => {
    at = (index + rows.length) % rows.length;
    audio.src = sources[at];
    pace();
    tell();
    if (isPlaying) play();
  };
  const loud = (volume) => {
    audio.volume = volume / 100;
    audio.muted = volume === 0;
    slot('volume').value = volume;
    fill(slot('volume'), volume);
    draw(slot('mute'), volume ? 'volume' : 'mute');
    slot('mute').setAttribute('aria-label', volume ? 'Mute' : 'Unmute');
  };
  const setLoud = (volume) => {
    loud(volume);
    try {
      localStorage.setItem(VOLUME, volume);
    } catch {
      // Where nothing may be stored, the next page begins at the usual volume.
    }
  };
  const ask = async (row, index) => {
    const { headers, ok } = await fetch(sources[index], { method: 'HEAD' });
    if (!ok) return;
    row.dataset.title ||= header(headers, 'x-track-title');
    row.dataset.artist ||= header(headers, 'x-track-artist');
    const art = header(headers, 'x-track-artwork');
    if (/^https:/.test(art)) row.dataset.art ||= artUrl(art);
    if (row.dataset.title) row.querySelector('[data-f=name]').textContent = row.dataset.title;
    row.querySelector('[data-f=by]').textContent = row.dataset.artist;
    if (index === at) tell();
  };
  const askForUnknown = async () => {
    for (const [index, row] of rows.entries()) if (!row.dataset.title) await ask(row, index).catch(() => {});
  };

  section.classList.add('awake');
  audio.removeAttribute('controls');
  audios.slice(1).forEach((other) => other.remove());
  rows.forEach((row, index) => {
    const button = document.createElement('button');
    const words = row.querySelector('.track');
    button.type = 'button';
    button.className = 'track';
    button.append(...words.childNodes);
    button.addEventListener('click', () => (index === at && !audio.paused ? audio.pause() : index === at ? play() : go(index, true)));
    words.replaceWith(button);
  });
  players.push(audio);
  loud(remembered());
  tell();

  for (const name of ['play', 'pause']) audio.addEventListener(name, toggled);
  for (const name of ['timeupdate', 'durationchange', 'emptied']) audio.addEventListener(name, pace);
  audio.addEventListener('ended', () => (at + 1 < rows.length ? go(at + 1, mayAdvance) : go(0, false)));
  audio.addEventListener('error', () => {
    slot('say').textContent = 'This track cannot be played right now.';
    toggled();
  });
  slot('play').addEventListener('click', () => (audio.paused ? play() : audio.pause()));
  slot('next').addEventListener('click', () => go(at + 1, !audio.paused));
  slot('previous').addEventListener('click', () => go(audio.currentTime > 3 ? at : at - 1, !audio.paused));
  slot('seek').addEventListener('input', ({ target }) => {
    if (Number.isFinite(audio.duration)) audio.currentTime = (target.value / 1000) * audio.duration;
  });
  slot('volume').addEventListener('input', ({ target }) => setLoud(Number(target.value)));
  slot('mute').addEventListener('click', () => (audio.muted ? setLoud(remembered() || 80) : loud(0)));
  if ('mediaSession' in navigator) {
    audio.addEventListener('play', () => {
      const many = rows.length > 1;
      navigator.mediaSession.setActionHandler('nexttrack', many ? () => go(at + 1, true) : null);
      navigator.mediaSession.setActionHandler('previoustrack', many ? () => go(at - 1, true) : null);
    });
  }
  // Names are asked for when somebody is about to see them.
  new IntersectionObserver((entries, observer) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    askForUnknown();
  }, { rootMargin: '400px' }).observe(section);
}

// Which links are used, for the owner's numbers: the link's own address, and nothing of who used it.
function clicks(main) {
  const tell = ({ target, button }) => {
    const link = button < 2 && target.closest('.links a[href], .contact a[href]');
    if (link) navigator.sendBeacon(main.dataset.clicks, JSON.stringify({ url: link.getAttribute('href') }));
  };
  for (const name of ['click', 'auxclick']) main.addEventListener(name, tell);
}

// The work that shows that somebody waits for their message to be sent: one sum after the other, until one fits.
const bytesOf = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
const hexOf = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, '0')).join('');
async function work(url) {
  const { data: challenge } = await (await fetch(url)).json();
  const { nonce, salt, cost: iterations, keyLength, keyPrefix } = challenge.parameters;
  const sum = { name: 'PBKDF2', hash: 'SHA-256', salt: bytesOf(salt), iterations };
  const password = new Uint8Array([...bytesOf(nonce), 0, 0, 0, 0]);
  for (let counter = 0; ; counter++) {
    new DataView(password.buffer).setUint32(password.length - 4, counter);
    const key = await crypto.subtle.importKey('raw', password, 'PBKDF2', false, ['deriveBits']);
    const derivedKey = hexOf(await crypto.subtle.deriveBits(sum, key, keyLength * 8));
    if (derivedKey.startsWith(keyPrefix)) return btoa(JSON.stringify({ challenge, solution: { counter, derivedKey } }));
  }
}

function letter(form) {
  const { form: url, check } = form.dataset;
  const [said] = form.querySelectorAll('[data-f=said]');
  const buttons = form.querySelectorAll('button');
  const send = async (place) => {
    const { 'cf-turnstile-response': turnstileToken, ...fields } = Object.fromEntries(new FormData(form));
    const altcha = check === 'pow' ? await work(`${url}/challenge`) : undefined;
    const body = JSON.stringify({ ...fields, altcha, turnstileToken });
    const answer = await fetch(place, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    return (await answer.json()).error;
  };
  form.addEventListener('submit', async (event) => {
    // Without a secure connection a browser does no sums; the form goes as it is then.
    if (check === 'pow' && !crypto.subtle) return;
    event.preventDefault();
    buttons.forEach((button) => (button.disabled = true));
    said.dataset.tone = '';
    said.textContent = 'Sending…';
    const error = await send(event.submitter?.getAttribute('formaction') || form.getAttribute('action')).catch(() => 'That did not work. Try again in a moment.');
    said.dataset.tone = error ? 'bad' : 'good';
    said.textContent = error || 'Sent. Thank you for writing.';
    buttons.forEach((button) => (button.disabled = false));
    if (!error) form.reset();
    window.turnstile?.reset();
  });
}

document.querySelectorAll('[data-form]').forEach(letter);
document.querySelectorAll('[data-clicks]').forEach(clicks);
document.querySelectorAll('[data-stream]').forEach(presence);
document.querySelectorAll('[data-player]').forEach(player);

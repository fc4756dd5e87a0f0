// The shapes of `/api/v1` that the studio uses; `docs/openapi.json` is their home.

export type Plan = { plan: string; isPremium: boolean; limits: { storageBytes: number; maxFileBytes: number | null; profiles: number } };

export type Me = {
  id: string;
  username: string;
  displayName: string;
  avatarUrl: string | null;
  isOperator: boolean;
  isSuspended: boolean;
};

export type Session = {
  user: Me;
  csrf: string;
  plan: Plan;
  site: { name: string; baseDomain: string; homeUrl: string; filesUrl: string };
  features: {
    discordLogin: boolean;
    discordBot: boolean;
    music: boolean;
    email: boolean;
    sms: boolean;
    botCheck: 'none' | 'pow' | 'turnstile';
  };
  unread: number;
};

export type SignedIn = { id: string; created: string; lastSeen: string; agent: string | null; isCurrent: boolean };

// Account

export type Account = {
  id: string;
  username: string;
  nickname: string | null;
  bio: string | null;
  email: string | null;
  avatarUrl: string | null;
  bannerUrl: string | null;
  socials: Record<string, string>;
  customEmbed: CustomEmbed | null;
  theme: string | null;
  badges: Badges;
  created: string;
  presenceSharing: boolean;
  activityPreference: ActivityPreference | null;
  music: { enabled: boolean; hasKey: boolean };
  subscription: Subscription;
};

export type ActivityKind = 'playing' | 'streaming' | 'listening' | 'watching' | 'competing' | 'custom';
export type ActivityPreference = { prefer?: ActivityKind | null; hide?: string[] };

export type CustomEmbed = { title?: string | null; description?: string | null; smallText?: string | null; themeColor?: string | null };

export type Badges = { verified: boolean; staff: boolean; partner: boolean; bugHunterTier: number; translator: boolean; plus: boolean };

export type Subscription = {
  plan: string;
  status: string | null;
  started_at: string | null;
  expires_at: string | null;
  cancel_at_period_end: boolean;
  gifted: boolean;
};

export type Keys = { relay: { key: string | null }; api: { key: string | null } };

export type Usage = {
  used: number;
  limit: number;
  /** Nothing before the first upload opens a window. */
  windowStart: string | null;
  windowEnd: string | null;
  plan: string;
  history: { day: string; bytes: number; files: number }[];
};

export type Blocked = { id: string; username: string; displayName: string; avatarUrl: string | null; created: string };

export type UploadFile = {
  name: string;
  url: string;
  size: number;
  mime: string;
  width: number | null;
  height: number | null;
};

export type Upload = {
  code: string;
  title: string | null;
  description: string | null;
  privacy: string;
  created: string;
  views: number;
  url: string | null;
  shareUrl: string;
  signedUrl: string | null;
  thumbUrl: string | null;
  isModerated: boolean;
  moderationNote: string | null;
  files: UploadFile[];
};

export type Uploads = { uploads: Upload[]; page: number; pages: number; total: number };

export type PresenceCheck = { id: string; ok: boolean | null; text: string; hint: string | null };
export type PresenceReport = { sharing: boolean; snapshot: unknown; checks: PresenceCheck[] };

export type ContactSettings = {
  email: { enabled: boolean; address: string | null; confirmed: boolean };
  discord: { enabled: boolean; webhook: boolean | string | null };
  sms: { enabled: boolean; number: string | null };
  /** Why the mail that asks a new address was not sent. */
  undelivered?: string;
};

// Profiles

export type Status = 'draft' | 'live' | 'scheduled' | 'expired' | 'suspended';

export type Profile = {
  id: string;
  domain: string;
  slug: string | null;
  url: string;
  isVerified: boolean;
  isPublic: boolean;
  isSuspended: boolean;
  status: Status;
  publishAt: string | null;
  expiresAt: string | null;
  hasUnpublished: boolean;
  revision: number;
  template: TemplateId;
  cardUrl: string;
  created: string;
  updated: string;
  publishedAt: string | null;
  views: number;
};

export type ProfileWithContent = Profile & { draft: Content; published: Content | null };

export type DeletedProfile = { id: string; domain: string; deletedAt: string; restoreUntil: string };
export type Profiles = { profiles: Profile[]; deleted: DeletedProfile[]; limit: number };

export type Template = { id: TemplateId; name: string; about: string; preview: string };

export type EligibleDomains = {
  base: string;
  domains: { domain: string; kind: 'slot' | 'own'; isFree: boolean; profileId: string | null }[];
  slug?: { slug: string; domain: string; isFree: boolean; why: string | null };
};

export type Version = { number: number; created: string; template: TemplateId; blocks: number };

export type Note = {
  id: 'contrast' | 'alt' | 'link' | 'picture' | 'empty' | 'title';
  severity: 'warn' | 'info';
  path: string;
  block: number | null;
  text: string;
};

export type DomainClaim = {
  domain: string;
  record: { name: string; value: string };
  status: 'waiting' | 'proved' | 'failed';
  found: string[];
  points: boolean | null;
  certificate: string | null;
  checkedAt: string | null;
  /** The record of a proved domain is missing: since when, and until when the page stays there without it. */
  missingSince: string | null;
  keptUntil: string | null;
};

export type DomainState = { domain: string; claim: DomainClaim | null };

export type Resolved = { kind: string; block: Block; label: string; icon: string | null };

// The content document (docs/content.md)

export type TemplateId = 'minimal' | 'glass' | 'terminal' | 'magazine' | 'tiles' | 'neon';
export type Font = 'inter' | 'bricolage' | 'nunito' | 'newsreader' | 'instrument-serif' | 'jetbrains-mono' | 'chakra-petch';

export type Background =
  | { color: string }
  | { gradient: { colors: string[]; angle?: number } }
  | { picture: string };

export type Theme = {
  accent?: string;
  background?: Background;
  scheme?: 'auto' | 'light' | 'dark';
  font?: Font;
  corner?: 'sharp' | 'soft' | 'round';
  density?: 'compact' | 'cosy' | 'roomy';
};

export type Link = { label: string; url: string; note?: string; icon?: string; me?: boolean };
export type WayKind = 'email' | 'phone' | 'discord' | 'matrix' | 'xmpp';
export type Way = { way: WayKind; value: string };

export type Block =
  | { kind: 'header'; avatar?: boolean; name?: boolean; handle?: boolean; bio?: boolean; badges?: boolean; badgeOrder?: string[] }
  | { kind: 'links'; title?: string; style?: 'list' | 'icons'; links: Link[] }
  | { kind: 'text'; title?: string; paragraphs: string[] }
  | { kind: 'image'; url: string; alt: string; caption?: string }
  | { kind: 'gallery'; title?: string; limit?: number }
  | { kind: 'presence' }
  | { kind: 'music'; title?: string; tracks: string[] }
  | { kind: 'contact'; title?: string; ways?: Way[]; form?: { email?: boolean; discord?: boolean; sms?: boolean } }
  | { kind: 'divider' };

export type BlockKind = Block['kind'];
export type BlockOf<K extends BlockKind> = Extract<Block, { kind: K }>;

export type Content = {
  schema: 1;
  template: TemplateId;
  theme: Theme;
  blocks: Block[];
  hideFooter?: boolean;
};

// Numbers

export type Numbers = {
  from: string;
  to: string;
  by: 'hour' | 'day';
  totals: Counts;
  series: (Counts & { at: string })[];
  referrers: { name: string; views: number }[];
  devices: { name: 'phone' | 'tablet' | 'desktop' | 'other'; views: number }[];
  browsers: { name: string; views: number }[];
  links: { url: string; label: string | null; clicks: number }[];
  tracks: { isrc: string; plays: number }[];
};

export type Counts = { views: number; visitors: number; clicks: number; plays: number; bots: number };

// Inbox

export type Message = {
  id: string;
  profile: string;
  /** Where the page stands; nothing when it is gone. */
  domain: string | null;
  channel: 'email' | 'discord' | 'sms';
  name: string | null;
  replyTo: string | null;
  message: string;
  created: string;
  isRead: boolean;
  delivery: 'waiting' | 'sent' | 'failed' | 'none';
};

export type Inbox = { messages: Message[]; page: number; pages: number; unread: number };

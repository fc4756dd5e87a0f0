// The shapes of `/api/v1/operator`.

import type { Badges, Status, Subscription } from '$lib/types';

export type Person = { id: string; username: string; displayName: string; avatarUrl: string | null };

export type User = Person & {
  plan: string;
  isPremium: boolean;
  isOperator: boolean;
  isSuspended: boolean;
  suspendedReason: string | null;
  badges: Badges;
  profiles: number;
  created: string;
};

export type FullUser = User & {
  subscription: Subscription;
  usage: { used: number; limit: number };
  sites: { id: string; domain: string; url: string; status: Status }[];
};

export type Site = {
  id: string;
  domain: string;
  url: string;
  owner: Person;
  isPublic: boolean;
  isSuspended: boolean;
  suspendedReason: string | null;
  isVerified: boolean;
  status: Status;
  views: number;
  updated: string;
};

export type Domain = { domain: string; kind: 'slot' | 'own'; profileId: string; owner: Person; isVerified: boolean; status: Status; checkedAt: string | null };

export type Report = {
  post: string;
  title: string | null;
  shareUrl: string;
  /** Opens it, also when it is private or hidden; nothing when its files are gone. */
  fileUrl: string | null;
  thumbUrl: string | null;
  mime: string | null;
  owner: Person;
  isModerated: boolean;
  created: string;
  note: string | null;
  reports: { by: Person | null; reason: string | null; created: string }[];
};

export type BadgeKind = { id: string; name: string; about: string; holders: number };

export type Health = {
  parts: { id: string; name: string; ok: boolean | null; detail: string | null; millis: number | null }[];
  version: string;
  uptime: number;
  counts: Record<string, number>;
};

export type Entry = {
  id: number;
  at: string;
  actor: Person | null;
  /** A user's id, `operator` for the command line, or `nameplate` for what the instance does by itself. */
  by: string;
  /** In words that go between who did it and what it was done to. */
  action: string;
  object: { kind: string; id: string; label: string | null } | null;
  detail: string | null;
};

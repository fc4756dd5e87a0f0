//! The use cases: what is allowed, in which order, with which effects.
//!
//! Services with the domain's verbs, and the only place that combines the rooms below (store, live, media, card, page,
//! music). It knows no HTTP and no SQL. Hot reads come from bounded caches that hold the ready-to-send value; a
//! [`nameplate_core::change::Change`] makes them forget ([`App::apply`]).

mod accounts;
mod app;
mod art;
mod batch;
mod card_content;
mod card_pictures;
mod cards;
mod contact;
mod discord_login;
mod domain_proof;
mod domains;
mod files;
mod first_run;
mod links;
mod live_metrics;
mod lookup;
mod metrics;
mod music;
mod numbers;
mod operators;
mod pages;
mod posts;
mod presence;
mod presence_checks;
mod preview;
mod rates;
mod recorder;
mod reports;
mod sessions;
mod shares;
mod sharex;
mod sites;
mod thumbs;
mod uploads;
mod views;

pub use accounts::{
    Accounts, AuthFault, BlockFault, BlockView, BlockedUser, Caller, EditFault, FaceFault, HistoryView,
    MAX_POSTS, PictureFault, PictureKind, ThemeFault, UsageOverview,
};
pub use app::{App, AppParts};
pub use art::{ArtFault, Arts};
pub use cards::{Card, CardFault, Cards};
pub use contact::{
    BotCheck, ConfirmationFault, ContactFault, ContactView, Contacts, Fields, InboxQuery, InboxView,
    LetterFault, Proof, TestFault, Writer,
};
pub use discord_login::{
    Away, DISCORD_LOGIN, DiscordAuth, DiscordFault, DiscordLogin, DiscordLoginFault, DiscordUser, Return,
};
pub use domain_proof::{DomainProof, ProofFault, ProofRecord};
pub use domains::Domains;
pub use files::{Dimensions, FileFault, FileView, Files, OpenFile};
pub use first_run::{FirstRun, SetUp, SetUpFault};
pub use links::{Links, login_link};
pub use lookup::Unavailable;
pub use metrics::Metrics;
pub use music::{MusicFault, Musics, TrackRequest};
pub use nameplate_live::Verdict;
pub use nameplate_media::picture::PictureError;
pub use nameplate_music::upstream::{Tap, UpstreamBody};
pub use nameplate_store::{AuditFilter, Badge, LoginLink, PostFilter, Session};
pub use numbers::{Numbers, NumbersFault, NumbersView};
pub use operators::{
    AuditView, BadgeEdit, Done, NewUser, OperatedProfile, OperatorFault, Operators, PersonView, PlanEdit,
    ReportState,
};
pub use pages::{
    DeletedPage, DomainView, EligibleDomains, Expected, PageEdit, PageFault, PageList, PageView,
    PageWithContent, Pages, SlugFault, Stale, VersionView,
};
pub use posts::{EditedPost, OwnPost, OwnPosts, PostChange, PostFault, PostView, Posts, UploadView};
pub use presence::{PresenceFault, Presences};
pub use presence_checks::{BotReport, BotState, Check, PresenceChecks};
pub use preview::Preview;
pub use rates::{Action, Rates, Visit};
pub use reports::{MAX_REASON, ReportFault, Reports};
pub use sessions::{LONGEST as LONGEST_SESSION, LoginFault, SessionView, Sessions};
pub use shares::{LinkFault, Shares, Short};
pub use sharex::ShareXConfig;
pub use sites::{Showcase, Site, Sites};
pub use uploads::{Broken, Failure, PostForm, Refused, Rejection, Upload, UploadFault, Uploaded, Uploads};
pub use views::{Views, Visitor};

//! The first run: from an instance that nobody runs to somebody who does, with a page.

use nameplate_core::id::{ProfileId, UserId};
use nameplate_core::plan::{Plan, Subscription};
use nameplate_core::secret::Token;
use nameplate_core::text::is_unshowable;
use nameplate_core::theme::Template;
use nameplate_core::user::User;

use crate::accounts::Newcomer;
use crate::app::App;
use crate::lookup::Unavailable;
use crate::pages::{Expected, PageFault};

/// The most characters of a name, as everywhere (A1).
const MAX_NAME: usize = 15;

/// What whoever sets up the instance says.
#[derive(Clone, Debug)]
pub struct FirstRun {
    pub name: String,
    pub slug: String,
    /// Their id in Discord, or nothing: the account has it then, since presences come by it.
    pub discord: String,
    pub template: Template,
    pub is_published: bool,
}

/// Who runs the instance now, and the page. It can be missing if somebody else took its address in that moment.
#[derive(Clone, Debug)]
pub struct SetUp {
    pub owner: UserId,
    pub page: Option<ProfileId>,
}

#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum SetUpFault {
    /// The link was used, its time has passed, or somebody runs the instance already.
    #[error("the link is over")]
    Over,
    #[error("{0}")]
    Name(&'static str),
    #[error("{0}")]
    Slug(String),
    #[error("{0}")]
    Discord(&'static str),
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl App {
    /// Makes the first operator and their page. The link is used up when nothing can go wrong any more.
    pub async fn set_up(&self, token: &Token, wish: &FirstRun) -> Result<SetUp, SetUpFault> {
        let name = checked_name(&wish.name)?;
        self.check_slug(&wish.slug).await?;
        let id = self.checked_id(&wish.discord).await?;
        if !self.sessions.take_first_run(token).await? {
            return Err(SetUpFault::Over);
        }
        let newcomer = Newcomer {
            id,
            names: vec![name.to_owned(), wish.slug.clone()],
            nickname: Some(name.to_owned()),
            is_operator: true,
            // Whoever runs the instance has nobody to buy a plan from, and a page with everything on it.
            subscription: Subscription::gift(Plan::Enterprise, None),
            ..Newcomer::default()
        };
        let owner = self.accounts.register(newcomer).await?;
        let page = self.first_page(owner.user(), wish).await;
        let page = page.inspect_err(|fault| tracing::warn!(%fault, "the first page could not be made")).ok();
        Ok(SetUp { owner: owner.id(), page })
    }

    async fn check_slug(&self, slug: &str) -> Result<(), SetUpFault> {
        match self.pages.ask(slug).await {
            Ok(asked) => asked.why.map_or(Ok(()), |why| Err(SetUpFault::Slug(why))),
            Err(_) => Err(Unavailable.into()),
        }
    }

    async fn checked_id(&self, text: &str) -> Result<Option<UserId>, SetUpFault> {
        if text.is_empty() {
            return Ok(None);
        }
        let fault = "A Discord user id is a number of 15 to 20 digits.";
        let id = UserId::parse(text).map_err(|_| SetUpFault::Discord(fault))?;
        match self.accounts.signed_in(&id).await? {
            None => Ok(Some(id)),
            Some(_) => Err(SetUpFault::Discord("There is an account with this id already.")),
        }
    }

    async fn first_page(&self, owner: &User, wish: &FirstRun) -> Result<ProfileId, PageFault> {
        let made = self.pages.create(owner, wish.template, Some(&wish.slug)).await?;
        let id = made.page.id;
        if wish.is_published {
            self.pages.publish(owner, &id, &Expected::Any).await?;
        }
        Ok(id)
    }
}

fn checked_name(name: &str) -> Result<&str, SetUpFault> {
    let name = name.trim();
    match () {
        () if name.is_empty() => Err(SetUpFault::Name("A page needs a name.")),
        () if name.chars().count() > MAX_NAME => Err(SetUpFault::Name("The name has at most 15 characters.")),
        () if name.chars().any(is_unshowable) => {
            Err(SetUpFault::Name("The name holds a character that cannot be shown."))
        }
        () => Ok(name),
    }
}

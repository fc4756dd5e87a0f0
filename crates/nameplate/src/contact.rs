//! How messages to owners are brought, and how people are told from programs, as the settings say.

use anyhow::Context;
use nameplate_app::BotCheck;
use nameplate_courier::{Courier, CourierSettings, MailSettings, Turnstile, Work};
use secrecy::ExposeSecret;

use crate::config::BotCheckName;
use crate::parts::Parts;

impl Parts {
    pub(crate) fn courier(&self) -> anyhow::Result<Courier> {
        let settings = &self.settings;
        let mail = settings.smtp_url.clone().map(|url| MailSettings {
            url,
            from: settings.smtp_from(),
            host: settings.base_domain.to_string(),
        });
        let sms = settings.sms_url.clone().map(|url| (url, settings.sms_secret.clone()));
        let discord_api = settings.discord_api.0.clone();
        Courier::new(CourierSettings { mail, sms, discord_api }).context("messages to owners")
    }

    pub(crate) fn bot_check(&self) -> anyhow::Result<BotCheck> {
        let settings = &self.settings;
        Ok(match settings.bot_check() {
            BotCheckName::None => BotCheck::Off,
            BotCheckName::Pow => BotCheck::Work(Work::new(self.contact_key.expose_secret())),
            BotCheckName::Turnstile => {
                let (site_key, secret) = settings
                    .turnstile()
                    .context("setting `bot_check`: needs `turnstile_site_key` and `turnstile_secret`")?;
                BotCheck::Turnstile(Turnstile::new(&settings.turnstile_api.0, site_key, secret))
            }
        })
    }
}

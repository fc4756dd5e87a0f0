//! How often messages are taken: by each address for a page, for a page, and in all; the three ways count together.

use std::time::Duration;

use nameplate_live::Allowance;

use super::{Contacts, LetterFault, Writer};
use crate::rates::network;

const fn within(limit: u32, seconds: u64) -> Allowance {
    Allowance::new(limit, Duration::from_secs(seconds))
}

const DAY: u64 = 24 * 3600;

impl Contacts {
    /// Lets a writer in, or says how long they have to wait. Comes before everything else: what is refused here costs
    /// nothing more. A form that was sent without our script brings no proof of work, and has the narrowest limits.
    pub async fn admit(&self, writer: Writer<'_>) -> Result<(), LetterFault> {
        let page = writer.profile.as_str().as_bytes();
        let from = [&network(writer.address), page].concat();
        let plain: [(_, &[u8], _); 3] = [
            ("contact-plain", &from, within(1, 600)),
            ("contact-plain-page", page, within(10, 3600)),
            ("contact-plain-all", b"", within(100, 3600)),
        ];
        let usual: [(_, &[u8], _); 4] = [
            ("contact-burst", &from, within(3, 60)),
            ("contact-day", &from, within(12, DAY)),
            ("contact-page", page, within(60, 3600)),
            ("contact-all", b"", within(1_000, 3600)),
        ];
        // The widest come last, so that who is over a narrow one takes nothing from what is everybody's.
        for (name, who, allowance) in plain.into_iter().filter(|_| writer.is_plain).chain(usual) {
            let verdict = self.live.take(name, who, allowance).await;
            if !verdict.allowed {
                return Err(LetterFault::Slow(verdict.retry_after_seconds()));
            }
        }
        Ok(())
    }
}

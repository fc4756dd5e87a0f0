//! Proof of work: a sender's browser spends a second on a sum that we check at once. The protocol is ALTCHA's, so its
//! widgets and libraries fit; the sum is chosen so that a telephone takes a second or two.

use std::time::Duration;

use altcha::{
    Challenge, CreateChallengeOptions, Payload, VerifySolutionOptions, create_challenge, verify_solution,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use nameplate_core::time::Timestamp;
use secrecy::{ExposeSecret, SecretString};

/// Iterations of PBKDF2 for one try.
const COST: u32 = 3_000;
/// What the result of a try must begin with: one in 256 does.
const PREFIX: &str = "00";
/// A solution in base64 takes some 700 bytes.
const MAX_PAYLOAD: usize = 4096;

/// A challenge that was solved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Solved {
    /// What tells challenges apart; one must count once only.
    pub signature: String,
}

pub struct Work {
    secret: SecretString,
}

impl Work {
    /// How long a challenge can be solved.
    pub const LIFE: Duration = Duration::from_secs(10 * 60);

    /// `key` is the same on all nodes.
    pub fn new(key: &[u8; 32]) -> Self {
        Self { secret: BASE64.encode(key).into() }
    }

    /// A new challenge; costs nothing. `None` never happens: the parameters are ours.
    pub fn challenge(&self, now: Timestamp) -> Option<Challenge> {
        create_challenge(CreateChallengeOptions {
            cost: COST,
            key_prefix: PREFIX.into(),
            expires_at: Some(now.plus(Self::LIFE).as_seconds()),
            hmac_signature_secret: Some(self.secret.expose_secret().into()),
            ..CreateChallengeOptions::default()
        })
        .ok()
    }

    /// Checks what a browser sent: base64 of the challenge with its solution. Costs a millisecond of work, and only where
    /// the challenge is one of ours.
    pub fn check(&self, payload: &str, now: Timestamp) -> Option<Solved> {
        let json = BASE64.decode(payload.get(..MAX_PAYLOAD).unwrap_or(payload)).ok()?;
        let Payload { challenge, solution } = serde_json::from_slice(&json).ok()?;
        let expires = challenge.parameters.expires_at.filter(|expires| now.as_seconds() < *expires);
        expires?;
        let options = VerifySolutionOptions::new(&challenge, &solution, self.secret.expose_secret());
        let is_good = verify_solution(options).is_ok_and(|result| result.verified);
        challenge.signature.filter(|_| is_good).map(|signature| Solved { signature })
    }
}

#[cfg(test)]
mod tests {
    use altcha::{SolveChallengeOptions, solve_challenge};

    use super::*;

    /// Far ahead, since the library goes by the system's clock as well.
    const NOW: Timestamp = Timestamp::from_millis(4_000_000_000_000);

    fn solved(work: &Work) -> (Challenge, String) {
        let challenge = work.challenge(NOW).unwrap();
        let solution = solve_challenge(SolveChallengeOptions::new(&challenge)).unwrap().unwrap();
        let payload = Payload { challenge: challenge.clone(), solution };
        (challenge, BASE64.encode(serde_json::to_vec(&payload).unwrap()))
    }

    /// Studio, contact
    #[test]
    fn a_solved_challenge_is_good_until_it_expires_and_for_its_maker_alone() {
        let work = Work::new(&[1; 32]);
        let (challenge, payload) = solved(&work);
        let good = work.check(&payload, NOW).unwrap();
        assert_eq!(Some(good.signature), challenge.signature);
        assert_eq!(work.check(&payload, NOW.plus(Work::LIFE)), None);
        assert_eq!(Work::new(&[2; 32]).check(&payload, NOW), None);
    }

    /// Studio, contact
    #[test]
    fn nothing_else_is_good() {
        let work = Work::new(&[1; 32]);
        let (challenge, _) = solved(&work);
        let send = |counter: u32, key: &str, change: fn(&mut Challenge)| {
            let mut challenge = challenge.clone();
            change(&mut challenge);
            let solution = altcha::Solution { counter, derived_key: key.into(), time: None };
            let payload = Payload { challenge, solution };
            work.check(&BASE64.encode(serde_json::to_vec(&payload).unwrap()), NOW)
        };
        assert_eq!(send(1, &"00".repeat(32), |_| ()), None, "a key that the counter does not give");
        assert_eq!(send(1, "", |_| ()), None);
        assert_eq!(
            send(0, "", |challenge| challenge.parameters.key_prefix.clear()),
            None,
            "not signed like that"
        );
        assert_eq!(send(0, "", |challenge| challenge.parameters.cost = 1), None);
        assert_eq!(send(0, "", |challenge| challenge.signature = None), None);
        for bad in ["", "!", "e30=", &"A".repeat(100_000)] {
            assert_eq!(work.check(bad, NOW), None);
        }
    }
}

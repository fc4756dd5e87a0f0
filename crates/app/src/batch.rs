//! Questions to the database, several at a time.
//!
//! What no cache holds is asked of the database, and most of the cost of a small question is the way there and back. Who
//! asks while the readers are busy joins the next question, so the more there is to do, the less each one costs.

use futures_util::future::BoxFuture;
use nameplate_store::{DEADLINE, StoreError};
use tokio::sync::{Mutex, mpsc, oneshot};

/// How many keys one question has at most.
const TOGETHER: usize = 8;
/// How many may wait.
const WAITING: usize = 1_024;

/// Reads what is there of some keys, in any order.
type Read<K, V> = Box<dyn Fn(Vec<K>) -> BoxFuture<'static, Result<Vec<(K, V)>, StoreError>> + Send + Sync>;
type Found<V> = Result<Option<V>, StoreError>;
type Asked<K, V> = (K, oneshot::Sender<Found<V>>);

pub(crate) struct Batch<K, V> {
    read: Read<K, V>,
    asked: mpsc::Sender<Asked<K, V>>,
    waiting: Mutex<mpsc::Receiver<Asked<K, V>>>,
}

impl<K: Clone + Eq, V> Batch<K, V> {
    pub(crate) fn new<F>(read: impl Fn(Vec<K>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Vec<(K, V)>, StoreError>> + Send + 'static,
    {
        let (asked, waiting) = mpsc::channel(WAITING);
        Self { read: Box::new(move |keys| Box::pin(read(keys))), asked, waiting: Mutex::new(waiting) }
    }

    /// What is there of a key, in the time that every answer of the database has. No two may ask for the same one at the
    /// same time, which [`Lookup`](crate::lookup::Lookup) sees to.
    pub(crate) async fn ask(&self, key: K) -> Found<V> {
        let (tell, told) = oneshot::channel();
        let answer = async {
            self.asked.send((key, tell)).await.ok()?;
            told.await.ok()
        };
        let answer = tokio::time::timeout(DEADLINE, answer).await.ok().flatten();
        answer.unwrap_or_else(|| Err(StoreError::Unavailable("nobody asked the database in time".into())))
    }

    /// Answers two questions at a time: while the database works on one, the other is put together.
    pub(crate) async fn run(&self) {
        tokio::join!(self.read(), self.read());
    }

    async fn read(&self) {
        loop {
            let mut asked = Vec::with_capacity(TOGETHER);
            self.waiting.lock().await.recv_many(&mut asked, TOGETHER).await;
            // Who has left meanwhile may have been followed by somebody else who asks for the same.
            asked.retain(|(_, tell)| !tell.is_closed());
            if !asked.is_empty() {
                self.answer(asked).await;
            }
        }
    }

    async fn answer(&self, asked: Vec<Asked<K, V>>) {
        let mut found = (self.read)(asked.iter().map(|(key, _)| key.clone()).collect()).await;
        for (key, tell) in asked {
            let answer = match &mut found {
                Ok(found) => {
                    let place = found.iter().position(|(of, _)| *of == key);
                    Ok(place.map(|place| found.swap_remove(place).1))
                }
                Err(error) => Err(StoreError::Unavailable(error.to_string())),
            };
            // Who has left needs no answer.
            let _ = tell.send(answer);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::Mutex as Blocking;

    use futures_util::future::join_all;

    use super::*;

    type Questions = Arc<Blocking<Vec<Vec<u8>>>>;

    /// A batch that knows the even numbers, and the questions that it was asked.
    fn batch() -> (Batch<u8, u8>, Questions) {
        let questions = Arc::new(Blocking::new(Vec::new()));
        let seen = questions.clone();
        let batch = Batch::new(move |keys: Vec<u8>| {
            seen.lock().unwrap().push(keys.clone());
            async move {
                tokio::task::yield_now().await;
                match keys.contains(&255) {
                    true => Err(StoreError::Corrupt("255".into())),
                    false => {
                        Ok(keys.into_iter().rev().filter(|key| key % 2 == 0).map(|key| (key, key)).collect())
                    }
                }
            }
        });
        (batch, questions)
    }

    async fn ask_all(batch: &Batch<u8, u8>, keys: impl Iterator<Item = u8>) -> Vec<Found<u8>> {
        tokio::select! {
            answers = join_all(keys.map(|key| batch.ask(key))) => answers,
            () = batch.run() => unreachable!(),
        }
    }

    #[tokio::test]
    async fn those_who_ask_together_share_a_question_and_each_gets_the_own_answer() {
        let (batch, questions) = batch();
        let answers = ask_all(&batch, 0..20).await;
        for (key, answer) in (0..20).zip(answers) {
            assert_eq!(answer.unwrap(), (key % 2 == 0).then_some(key));
        }
        let sizes: Vec<_> = questions.lock().unwrap().iter().map(Vec::len).collect();
        assert_eq!(sizes, [8, 8, 4]);
    }

    #[tokio::test]
    async fn a_question_that_fails_fails_for_all_who_share_it() {
        let (batch, _) = batch();
        let answers = ask_all(&batch, [1, 255, 2].into_iter()).await;
        assert!(answers.iter().all(|answer| matches!(answer, Err(StoreError::Unavailable(_)))));
        assert_eq!(ask_all(&batch, [2].into_iter()).await.remove(0).unwrap(), Some(2));
    }

    #[tokio::test]
    async fn who_has_left_is_not_asked_for() {
        let (batch, questions) = batch();
        assert!(futures_util::poll!(Box::pin(batch.ask(7))).is_pending());
        assert_eq!(ask_all(&batch, [6].into_iter()).await.remove(0).unwrap(), Some(6));
        assert_eq!(*questions.lock().unwrap(), [[6]]);
    }
}

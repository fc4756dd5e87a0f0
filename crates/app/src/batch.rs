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
    /// `read` is given a handle of `source` for each question.
    pub(crate) fn new<S, F>(source: S, read: impl Fn(S, Vec<K>) -> F + Send + Sync + 'static) -> Self
    where
        S: Clone + Send + Sync + 'static,
        F: Future<Output = Result<Vec<(K, V)>, StoreError>> + Send + 'static,
    {
        let (asked, waiting) = mpsc::channel(WAITING);
        let read: Read<K, V> = Box::new(move |keys| Box::pin(read(source.clone(), keys)));
        Self { read, asked, waiting: Mutex::new(waiting) }
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

    async fn answer(&self, mut asked: Vec<Asked<K, V>>) {
        let found = (self.read)(asked.iter().map(|(key, _)| key.clone()).collect()).await;
        match found {
            Ok(mut found) => {
                for (key, tell) in asked {
                    let place = found.iter().position(|(of, _)| *of == key);
                    reply(tell, Ok(place.map(|place| found.swap_remove(place).1)));
                }
            }
            Err(StoreError::Unavailable(fault)) => {
                for (_, tell) in asked {
                    reply(tell, Err(StoreError::Unavailable(fault.clone())));
                }
            }
            Err(error) if asked.len() < 2 => {
                if let Some((_, tell)) = asked.pop() {
                    reply(tell, Err(error));
                }
            }
            // A row that cannot be read is the fault of none of the others.
            Err(_) => {
                for (key, tell) in asked {
                    let found = (self.read)(vec![key]).await;
                    reply(tell, found.map(|mut found| found.pop().map(|(_, value)| value)));
                }
            }
        }
    }
}

fn reply<V>(tell: oneshot::Sender<Found<V>>, answer: Found<V>) {
    // Who has left needs no answer.
    let _ = tell.send(answer);
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::Mutex as Blocking;

    use futures_util::future::join_all;

    use super::*;

    type Questions = Arc<Blocking<Vec<Vec<u8>>>>;

    /// The key of a row that cannot be read.
    const CORRUPT: u8 = 254;
    /// The key of a row that is asked for when the database is away.
    const AWAY: u8 = 255;

    /// A batch that knows the even numbers, and the questions that it was asked.
    fn batch() -> (Batch<u8, u8>, Questions) {
        let questions = Questions::default();
        let batch = Batch::new(questions.clone(), |questions, keys| {
            questions.lock().unwrap().push(keys.clone());
            async move {
                tokio::task::yield_now().await;
                if keys.contains(&AWAY) {
                    return Err(StoreError::Unavailable("away".into()));
                }
                if keys.contains(&CORRUPT) {
                    return Err(StoreError::Corrupt("254".into()));
                }
                Ok(keys.into_iter().rev().filter(|key| key % 2 == 0).map(|key| (key, key)).collect())
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
    async fn a_database_that_is_away_is_so_for_all_who_share_a_question() {
        let (batch, questions) = batch();
        let answers = ask_all(&batch, [1, AWAY, 2].into_iter()).await;
        assert!(answers.iter().all(|answer| matches!(answer, Err(StoreError::Unavailable(_)))));
        assert_eq!(questions.lock().unwrap().len(), 1);
        assert_eq!(ask_all(&batch, [2].into_iter()).await.remove(0).unwrap(), Some(2));
    }

    #[tokio::test]
    async fn a_row_that_cannot_be_read_is_the_fault_of_none_of_the_others() {
        let (batch, questions) = batch();
        let mut answers = ask_all(&batch, [1, CORRUPT, 2].into_iter()).await.into_iter();
        assert_eq!(answers.next().unwrap().unwrap(), None);
        assert!(matches!(answers.next().unwrap(), Err(StoreError::Corrupt(_))));
        assert_eq!(answers.next().unwrap().unwrap(), Some(2));
        assert_eq!(*questions.lock().unwrap(), [vec![1, CORRUPT, 2], vec![1], vec![CORRUPT], vec![2]]);
    }

    #[tokio::test]
    async fn who_has_left_is_not_asked_for() {
        let (batch, questions) = batch();
        assert!(futures_util::poll!(Box::pin(batch.ask(7))).is_pending());
        assert_eq!(ask_all(&batch, [6].into_iter()).await.remove(0).unwrap(), Some(6));
        assert_eq!(*questions.lock().unwrap(), [vec![6]]);
    }
}

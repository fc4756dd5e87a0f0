use nameplate_store::Block;

use crate::fixture::{ADA, BOB, Fixture, at, user};

/// U8
pub(crate) async fn a_block_is_seen_from_both_sides(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    let (store, ada, bob) = (&fixture.store, user(ADA), user(BOB));
    let seen = async |id, caller| {
        let face = store.find_user_face(id, caller).await.unwrap().unwrap();
        (face.user.id, face.is_blocked_by_caller, face.has_blocked_caller)
    };
    assert_eq!(seen(&bob, &ada).await, (bob, false, false));
    assert!(store.insert_block(&ada, &bob, at(7)).await.unwrap());
    assert_eq!(seen(&bob, &ada).await, (bob, true, false));
    assert_eq!(seen(&ada, &bob).await, (ada, false, true));
    assert_eq!(store.list_blocks(&ada).await.unwrap(), [Block { user: bob, created: at(7) }]);
    assert!(store.list_blocks(&bob).await.unwrap().is_empty());
    assert_eq!(store.find_account(&ada).await.unwrap().unwrap().blocks, [bob]);
    let blocks = async |id| store.list_users_with_uploads(&[id], 1).await.unwrap().remove(0).blocks;
    assert_eq!((blocks(ada).await, blocks(bob).await), (vec![bob], vec![]));

    assert!(store.delete_block(&ada, &bob).await.unwrap());
    assert!(!store.delete_block(&ada, &bob).await.unwrap());
    assert_eq!(seen(&bob, &ada).await, (bob, false, false));
}

/// A9
pub(crate) async fn a_second_block_keeps_the_time_of_the_first(fixture: Fixture) {
    let fixture = fixture.with_users().await;
    assert!(fixture.store.insert_block(&user(ADA), &user(BOB), at(1)).await.unwrap());
    assert!(!fixture.store.insert_block(&user(ADA), &user(BOB), at(2)).await.unwrap());
    assert_eq!(fixture.store.list_blocks(&user(ADA)).await.unwrap()[0].created, at(1));
}

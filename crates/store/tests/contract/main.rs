//! One suite of cases, run on every database: what a method promises, it promises on both.
//!
//! On SQLite each case is a test of its own, with its own file. On PostgreSQL one test runs them all, each with its own
//! database, so that one server serves the whole suite.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by a panic, in its helpers too"
)]

mod blocks;
mod changes;
mod contact;
mod fixture;
mod keys;
mod numbers;
mod operators;
mod pages;
mod posts;
mod profiles;
mod reports;
mod sessions;
mod transfer;
mod usage;
mod users;
mod views;

use fixture::Fixture;

/// `cases! { module: a, b; … }`: `sqlite::module_a` and so on, and the list that the PostgreSQL test works through.
macro_rules! cases {
    ($($module:ident: $($case:ident),+ $(,)?;)+) => {
        mod sqlite {
            $(mod $module {
                $(#[tokio::test]
                async fn $case() {
                    crate::$module::$case(crate::Fixture::sqlite().await).await;
                })+
            })+
        }

        fn all_cases() -> Vec<(&'static str, fn(Fixture) -> fixture::Case)> {
            vec![$($((concat!(stringify!($module), "::", stringify!($case)), |fixture| {
                Box::pin(crate::$module::$case(fixture))
            })),+),+]
        }
    };
}

cases! {
    users:
        a_user_is_found_as_it_was_inserted,
        an_id_is_taken_once,
        users_are_listed_in_pages,
        a_user_changes_what_is_the_users_own,
        a_name_is_taken_once_whatever_its_case,
        somebody_new_gets_a_name_that_nobody_has,
        changes_of_one_user_at_the_same_time_are_all_kept,
        an_address_is_sealed_and_found_with_the_account,
        an_operator_changes_what_is_the_operators,
        only_users_who_share_are_listed_as_sharing,
        a_deleted_user_takes_everything_along,
        what_is_not_there_is_not_an_error,
        a_database_of_a_newer_version_is_left_alone;
    keys:
        a_user_is_found_by_each_key_on_its_own_host_only,
        a_new_key_ends_the_old_one,
        a_key_belongs_to_one_user,
        no_key_stands_in_the_database_in_clear,
        a_ciphertext_moved_to_another_user_opens_for_nobody,
        a_music_key_is_found_only_while_music_is_enabled,
        another_root_secret_is_refused;
    blocks:
        a_block_is_seen_from_both_sides,
        a_second_block_keeps_the_time_of_the_first;
    profiles:
        a_profile_is_found_by_id_and_by_domain_with_its_owner,
        an_id_and_a_domain_are_taken_once,
        a_profile_needs_an_owner,
        a_profile_can_be_changed,
        a_profile_is_published_suspended_and_verified,
        a_deleted_profile_is_gone_with_its_views,
        profiles_are_listed_in_pages,
        served_domains_say_who_may_have_a_certificate;
    pages:
        a_draft_is_kept_beside_what_is_shown,
        a_draft_is_no_news_and_what_is_shown_is,
        an_owner_has_as_many_pages_as_the_plan_allows,
        what_was_deleted_goes_for_good_in_its_order,
        the_newest_fifty_versions_are_kept,
        views_stand_beside_a_page,
        a_profile_has_one_claim_and_several_may_want_one_domain,
        a_proof_is_due_by_its_age_and_ends_with_the_domain,
        a_proved_domain_is_taken_from_nobody_who_proved_it;
    views:
        views_are_counted_and_visitors_once_a_day,
        views_of_a_profile_that_is_gone_are_dropped,
        old_views_are_forgotten_and_their_totals_stay,
        plays_count_for_the_owner,
        what_operators_did_is_listed_newest_first;
    numbers:
        a_batch_adds_to_hours_and_names,
        bots_stand_apart_and_who_wants_privacy_is_only_counted,
        clicks_and_plays_are_numbers_of_their_page,
        made_up_names_find_an_end,
        numbers_go_with_their_profile_and_its_owner;
    contact:
        targets_are_sealed_and_found_again,
        an_address_is_confirmed_while_it_is_the_one,
        an_inbox_is_listed_newest_first_and_filtered,
        a_full_inbox_drops_what_was_read_and_nothing_else,
        a_message_is_brought_by_one_at_a_time;
    operators:
        users_and_profiles_are_found_by_any_part_of_their_names,
        reported_posts_are_listed_once_the_newest_report_first,
        badges_and_everything_are_counted,
        the_log_is_searched_by_actor_object_and_action;
    posts:
        a_post_is_found_with_its_files_in_order,
        only_public_unmoderated_posts_are_listed,
        a_code_and_a_file_name_are_taken_once,
        a_post_can_be_changed,
        the_last_file_takes_the_post_with_it,
        a_text_too_long_for_an_index_is_refused,
        an_owner_searches_the_owners_posts,
        a_short_link_is_found_until_it_is_deleted;
    reports:
        a_report_stays_until_it_is_dismissed,
        a_report_goes_with_its_post_and_its_reporter,
        a_report_needs_a_post;
    sessions:
        a_session_is_found_by_its_token_and_kept_as_a_hash,
        no_token_stands_in_the_database_in_clear,
        a_user_ends_ones_own_sessions_and_nobody_elses,
        what_has_ended_is_cleared_away,
        a_login_link_is_used_once_and_in_its_time,
        an_operator_is_found;
    usage:
        parallel_uploads_never_pass_the_quota,
        an_upload_counts_what_was_stored,
        parallel_uploads_of_one_user_do_not_stop_each_other,
        files_are_added_to_a_post_at_its_end,
        a_released_or_lapsed_reservation_costs_nothing,
        a_reservation_grows_up_to_the_quota,
        what_a_lapsed_reservation_names_is_handed_out_once,
        a_window_opens_with_the_first_upload_and_ends_after_seven_days,
        a_deletion_gives_nothing_back;
    transfer:
        an_instance_comes_back_as_it_went_in,
        an_import_of_an_export_changes_nothing,
        an_import_replaces_rows_with_the_same_id,
        an_import_may_swap_what_must_be_unique,
        a_conflict_names_its_row_and_imports_nothing,
        an_import_larger_than_a_chunk_is_whole;
    changes:
        every_change_of_this_process_is_told,
        a_change_of_another_process_is_told,
        views_are_no_change;
}

mod postgres {
    use std::collections::HashMap;

    use nameplate_store::StoreConfig;
    use nameplate_testkit::postgres::Postgres;
    use tokio::task::JoinSet;

    use crate::Fixture;

    const AT_ONCE: usize = 2;

    /// Every case, as many at a time as there are databases; making one takes longer than emptying it.
    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn every_case() {
        let server = Postgres::start().unwrap();
        let mut databases: Vec<_> = (0..AT_ONCE).map(|_| server.create_database().unwrap()).collect();
        let (mut names, mut cases, mut failed) = (HashMap::new(), JoinSet::new(), Vec::new());
        let mut waiting = crate::all_cases().into_iter();
        loop {
            while !databases.is_empty()
                && let Some((name, case)) = waiting.next()
            {
                let url = databases.pop().unwrap();
                let config = StoreConfig::from_url(&url).unwrap();
                let task = cases.spawn(async move { case(Fixture::postgres(config).await).await });
                names.insert(task.id(), (name, url));
            }
            let Some(done) = cases.join_next_with_id().await else { break };
            let id = done.as_ref().map_or_else(tokio::task::JoinError::id, |(id, ())| *id);
            let (name, url) = names.remove(&id).unwrap();
            failed.extend(done.is_err().then_some(name));
            databases.push(url);
        }
        assert!(failed.is_empty(), "failed on PostgreSQL, for the reasons above: {failed:#?}");
    }
}

using ImcBot.Contracts;
using Xunit;

namespace ImcBot.Wine.Tests;

/// <summary>
/// Each check and action of the catalog, with the test that has it done on Windows. A new one fails here until it has one.
/// </summary>
public sealed class Nothing_of_the_catalog_is_left_out
{
    private static readonly Dictionary<string, string> Tests = new(StringComparer.Ordinal)
    {
        ["service.running"] = nameof(Every_check_answers_on_Windows.A_check_says_what_is_there),
        ["port.answers"] = nameof(Every_check_answers_on_Windows.The_port_is_asked_while_the_service_runs),
        ["events.none"] = nameof(Every_check_answers_on_Windows.A_check_says_what_is_there),
        ["spool.moving"] = nameof(Every_check_answers_on_Windows.A_check_says_what_is_there),
        ["disk.free"] = nameof(Every_check_answers_on_Windows.A_check_says_what_is_there),
        ["smtp-log.level"] = nameof(Every_check_answers_on_Windows.A_check_says_what_is_there),
        ["antivirus.state"] = nameof(Scanners_and_recycle_bins_on_Windows.Each_known_service_and_driver_is_seen_in_the_service_manager),
        ["mail.suspects"] = nameof(Every_action_works_on_Windows.A_bad_message_is_found_held_and_everything_put_back),
        ["threads.value"] = nameof(Every_check_answers_on_Windows.Two_spellings_of_Max_Threads_are_a_warning_and_neither_is_changed),
        ["file.version"] = nameof(Every_check_answers_on_Windows.A_check_says_what_is_there),
        ["programs.list"] = nameof(Every_check_answers_on_Windows.A_check_says_what_is_there),
        ["mail.headers"] = nameof(Held_mail_on_Windows.Held_messages_are_read_returned_by_number_and_deleted_by_number),
        ["inodes.free"] = nameof(Every_check_answers_on_Windows.A_check_says_what_is_there),
        ["disk.top"] = nameof(Every_check_answers_on_Windows.A_check_says_what_is_there),
        ["file.age"] = nameof(Every_check_answers_on_Windows.A_check_says_what_is_there),
        ["http.answers"] = nameof(Every_check_answers_on_Windows.A_check_says_what_is_there),
        ["certificate.valid"] = nameof(Every_check_answers_on_Windows.A_check_says_what_is_there),
        ["certificate.shown"] = nameof(Every_check_answers_on_Windows.A_check_says_what_is_there),
        ["service.why"] = nameof(Every_check_answers_on_Windows.A_check_says_what_is_there),
        ["service.needs"] = nameof(Every_check_answers_on_Windows.A_check_says_what_is_there),
        ["service.wanted"] = nameof(Every_check_answers_on_Windows.A_check_says_what_is_there),
        ["config.checks"] = nameof(Every_check_answers_on_Windows.A_check_says_what_is_there),
        ["log.kinds"] = nameof(Every_check_answers_on_Windows.A_check_says_what_is_there),
        ["service.reload"] = nameof(Every_check_answers_on_Windows.What_Windows_has_not_is_no_plan),
        ["journal.vacuum"] = nameof(Every_check_answers_on_Windows.What_Windows_has_not_is_no_plan),
        ["files.expire"] = nameof(Every_action_works_on_Windows.Deletions_take_exactly_what_was_planned),
        ["recycle-bin.empty"] = nameof(Scanners_and_recycle_bins_on_Windows.A_hidden_recycle_bin_is_emptied_under_each_of_its_names),
        ["files.delete"] = nameof(Every_action_works_on_Windows.Deletions_take_exactly_what_was_planned),
        ["imcdata.move"] = nameof(Every_action_works_on_Windows.Imcdata_moves_with_its_mail_and_back_with_what_has_come_since),
        ["smtp-log.set"] = nameof(Every_action_works_on_Windows.A_registry_value_is_set_under_its_own_name_and_comes_back_exactly),
        ["antivirus.exclude"] = nameof(Every_action_works_on_Windows.A_registry_value_is_set_under_its_own_name_and_comes_back_exactly),
        ["antivirus.pause"] = nameof(Every_action_works_on_Windows.The_scanner_pauses_and_runs_again),
        ["threads.set"] = nameof(Every_action_works_on_Windows.A_registry_value_is_set_under_its_own_name_and_comes_back_exactly),
        ["service.start"] = nameof(Every_action_works_on_Windows.Start_and_stop_are_taken_back),
        ["service.restart"] = nameof(Every_action_works_on_Windows.A_restart_of_the_store_starts_exactly_the_dependants_that_ran),
        ["service.kill"] = nameof(Held_mail_on_Windows.The_mail_services_program_is_ended_by_its_name_and_only_while_it_is_wedged),
        ["service.stop"] = nameof(Every_action_works_on_Windows.Start_and_stop_are_taken_back),
        ["mail.search"] = nameof(Every_action_works_on_Windows.A_bad_message_is_found_held_and_everything_put_back),
        ["mail.hold"] = nameof(Held_mail_on_Windows.A_folder_is_held_and_comes_back_as_it_was),
        ["mail.return"] = nameof(Held_mail_on_Windows.Held_messages_are_read_returned_by_number_and_deleted_by_number),
        ["mail.replay"] = nameof(Held_mail_on_Windows.Archived_mail_is_replayed),
        ["mail.delete"] = nameof(Held_mail_on_Windows.Held_mail_is_deleted_when_its_time_is_over),
        ["inbound.pause"] = nameof(Held_mail_on_Windows.Inbound_mail_is_paused_by_a_person),
        ["smtp.accepts"] = nameof(Every_check_answers_on_Windows.A_check_of_what_runs_on_Linux_alone_is_not_known_there),
        ["queue.age"] = nameof(Every_check_answers_on_Windows.A_check_of_what_runs_on_Linux_alone_is_not_known_there),
        ["postfix.instances"] = nameof(Every_check_answers_on_Windows.A_check_of_what_runs_on_Linux_alone_is_not_known_there),
        ["postfix.config"] = nameof(Every_check_answers_on_Windows.A_check_of_what_runs_on_Linux_alone_is_not_known_there),
        ["postfix.destination"] = nameof(Every_check_answers_on_Windows.A_check_of_what_runs_on_Linux_alone_is_not_known_there),
        ["postfix.filter"] = nameof(Every_check_answers_on_Windows.A_check_of_what_runs_on_Linux_alone_is_not_known_there),
        ["postfix.flood"] = nameof(Every_check_answers_on_Windows.A_check_of_what_runs_on_Linux_alone_is_not_known_there),
        ["postfix.milters"] = nameof(Every_check_answers_on_Windows.A_check_of_what_runs_on_Linux_alone_is_not_known_there),
        ["postfix.suspects"] = nameof(Every_check_answers_on_Windows.A_check_of_what_runs_on_Linux_alone_is_not_known_there),
        ["postfix.setting"] = nameof(Every_check_answers_on_Windows.A_check_of_what_runs_on_Linux_alone_is_not_known_there),
        ["postfix.verbose"] = nameof(Every_check_answers_on_Windows.A_check_of_what_runs_on_Linux_alone_is_not_known_there),
        ["queue.flush"] = nameof(Every_check_answers_on_Windows.An_action_on_what_runs_on_Linux_alone_is_no_plan),
        ["postfix.set"] = nameof(Every_check_answers_on_Windows.An_action_on_what_runs_on_Linux_alone_is_no_plan),
        ["postfix.pause"] = nameof(Every_check_answers_on_Windows.An_action_on_what_runs_on_Linux_alone_is_no_plan),
    };

    [Fact]
    public void Every_check_and_action_has_its_test() =>
        Assert.Equal(Catalog.Entries.Keys.Order(StringComparer.Ordinal), Tests.Keys.Order(StringComparer.Ordinal));
}

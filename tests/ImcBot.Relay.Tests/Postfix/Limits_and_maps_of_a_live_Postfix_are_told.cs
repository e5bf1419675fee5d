using ImcBot.Contracts;
using ImcBot.Testing;
using ImcBot.Testing.Mail;
using Xunit;

namespace ImcBot.Relay.Tests.Postfix;

/// <summary>What of its settings is wrong, and what only looks so.</summary>
public sealed class Limits_and_maps_of_a_live_Postfix_are_told : IDisposable
{
    private LivePostfix? _postfix;
    private PostfixBench? _bench;

    private LivePostfix Postfix => _postfix!;

    [Theory]
    [InlineData("500", Verdict.Clear)]
    [InlineData("100", Verdict.Clear)]
    [InlineData("2", Verdict.Finding)]
    public async Task A_limit_that_somebody_has_raised_is_none_to_take_back(string limit, Verdict verdict)
    {
        await StartAsync();
        Postfix.Ask("postconf", "-e", $"default_process_limit={limit}");

        var told = await AskAsync("postfix.setting", ("name", "default_process_limit"), ("value", "default"));

        Assert.Equal((verdict, $"default_process_limit is {limit}; Postfix by itself has 100."), (told.Verdict, told.Summary));
    }

    [Fact]
    public async Task Aliases_are_made_by_their_own_tool_and_what_a_daemon_makes_for_itself_is_not_missed()
    {
        await StartAsync();
        await File.WriteAllTextAsync(Path.Combine(Postfix.Config, "aliases"), "postmaster: root\n", TestContext.Current.CancellationToken);
        Postfix.Ask("postconf", "-e", "smtp_tls_session_cache_database=btree:${data_directory}/smtp_scache");
        Assert.Equal(Verdict.Clear, (await AskAsync("postfix.config")).Verdict);
        Postfix.Ask("postconf", "-e", $"alias_maps=hash:{Postfix.Config}/aliases", "local_recipient_maps=$alias_maps");

        var wrong = await AskAsync("postfix.config");

        Assert.Equal($"{Postfix.Config}/aliases.db is not there; postalias hash:{Postfix.Config}/aliases makes it.", wrong.Data["wrong"]);
    }

    public void Dispose()
    {
        _bench?.Dispose();
        _postfix?.Dispose();
    }

    private async Task StartAsync()
    {
        Assert.SkipWhen(LivePostfix.Missing is not null, LivePostfix.Missing ?? "");
        _postfix = new LivePostfix(Loopback.FreePort());
        _bench = new PostfixBench(_postfix);
        await _postfix.StartAsync();
    }

    private Task<Relay.Actions.Finding> AskAsync(string use, params (string Name, string Value)[] with) =>
        _bench!.CheckAsync(use, [("service", PostfixBench.Service), .. with]);
}

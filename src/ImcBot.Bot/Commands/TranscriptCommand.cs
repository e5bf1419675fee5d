using System.CommandLine;
using System.Globalization;
using ImcBot.Bot.Channel;
using ImcBot.Bot.Export;
using ImcBot.Bot.Journal;
using ImcBot.Bot.Replay;
using ImcBot.Core.Runbooks;

namespace ImcBot.Bot.Commands;

/// <summary>Looks at a JSON Lines transcript without the bot.</summary>
internal static class TranscriptCommand
{
    public static Command Create()
    {
        var file = new Argument<FileInfo>("file") { Description = "The transcript (JSON Lines)." };
        var print = new Option<string?>("--key") { Description = "Fingerprint that the journal key must have." };
        var head = new Option<string?>("--head")
        {
            Description = "What an outcome card in the channel shows as 'record', such as 27:3fa9c1d2.",
        };
        var relayKey = new Option<string[]>("--relay-key")
        {
            Description = "Fingerprint of a key that the relay had ('imcbot-relay ledger' prints it); may be given again.",
            DefaultValueFactory = _ => [],
        };
        var relayHead = new Option<string?>("--relay-head")
        {
            Description = "What 'imcbot-relay ledger' prints for the incident, such as 3:9c1d2e3f.",
        };
        var verify = new Command(
            "verify",
            "Says whether a transcript is whole and unchanged and agrees with the relay's signed ledger, or which entry is the "
                + "first that does not."
        )
        {
            file,
            print,
            head,
            relayKey,
            relayHead,
        };
        verify.SetAction(
            (parsed, cancellationToken) =>
                VerifyAsync(
                    parsed,
                    parsed.GetRequiredValue(file),
                    parsed.GetValue(print),
                    parsed.GetValue(head),
                    AskedLedger.Of(parsed.GetRequiredValue(relayKey), parsed.GetValue(relayHead)),
                    cancellationToken
                )
        );
        var show = new Command("show", "Prints a transcript entry by entry, as far as it verifies.") { file };
        show.SetAction((parsed, cancellationToken) => ShowAsync(parsed.GetRequiredValue(file), cancellationToken));
        var runbook = new Option<FileInfo?>("--runbook") { Description = "Tells instead what this runbook would have done, step by step." };
        var replay = new Command(
            "replay",
            "Runs a transcript through today's program and names the first entry it would decide differently."
        )
        {
            file,
            runbook,
        };
        replay.SetAction(
            (parsed, cancellationToken) => ReplayAsync(parsed, parsed.GetRequiredValue(file), parsed.GetValue(runbook), cancellationToken)
        );
        return new Command("transcript", "Verifies, shows and replays transcripts.") { verify, show, replay };
    }

    private static async Task<int> VerifyAsync(
        ParseResult parsed,
        FileInfo file,
        string? print,
        string? head,
        LedgerTerms terms,
        CancellationToken cancellationToken
    )
    {
        var asked = new AskedHead(head);
        var proof = await CheckAsync(file, asked.Take, cancellationToken, terms);
        var problem =
            proof.Problem
            ?? (
                print is not null && !print.Equals(proof.KeyPrint, StringComparison.OrdinalIgnoreCase)
                    ? $"It is signed by the key {proof.KeyPrint}, not by {print}."
                    : null
            )
            ?? asked.Refuse(proof);
        var removed = proof.Removed == 0 ? "" : $" {Words.Count(proof.Removed, "text")} removed since it was written.";
        var compare = print is null ? " Compare the key with the bot's own: nothing else proves who signed." : "";
        BotCommand.Print(
            parsed,
            problem
                ?? $"INC-{proof.Incident}: {Words.Count(proof.Entries, "entry", "entries")}, whole and unchanged; "
                    + $"head {proof.Head}, key {proof.KeyPrint}."
                    + $"{removed}{compare}\n{proof.Ledger}",
            proof with
            {
                Problem = problem,
            }
        );
        return problem is null ? 0 : 1;
    }

    private static async Task<int> ShowAsync(FileInfo file, CancellationToken cancellationToken)
    {
        var proof = await CheckAsync(file, Show, cancellationToken);
        if (proof.Problem is not null)
        {
            await Console.Error.WriteLineAsync(proof.Problem);
        }

        return proof.Problem is null ? 0 : 1;
    }

    private static async Task<int> ReplayAsync(ParseResult parsed, FileInfo file, FileInfo? runbook, CancellationToken cancellationToken)
    {
        await using var stream = Open(file);
        var recording = await Recording.ReadAsync(stream, cancellationToken);
        if (recording.Proof.Problem is { } problem)
        {
            throw new CommandException($"Only a transcript that verifies is replayed: {problem}");
        }

        if (runbook is not null)
        {
            var lines = WhatIf.Tell(
                recording,
                RunbookFile.Load(await File.ReadAllBytesAsync(runbook.FullName, cancellationToken), runbook.Name)
            );
            BotCommand.Print(parsed, string.Join('\n', lines.Select((line, index) => $"{index + 1, 4}  {Plain.Text(line)}")), lines);
            return 0;
        }

        var difference = recording.FirstDifference();
        BotCommand.Print(
            parsed,
            difference is null
                ? $"INC-{recording.Proof.Incident}: {recording.Entries.Count} "
                    + $"{(recording.Entries.Count == 1 ? "entry replays" : "entries replay")} to the same "
                    + "decisions."
                : $"The first difference: {difference.What}.",
            new
            {
                recording.Proof.Incident,
                recording.Entries.Count,
                Difference = difference,
            }
        );
        return difference is null ? 0 : 1;
    }

    private static void Show(Entry entry)
    {
        var (who, what) = FactWords.Of(entry);
        var time = UnixTime.FromMicros(entry.At).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        Console.Out.WriteLine(
            $"{entry.Seq, 5}  {time}  {Plain.Text(who)}  {Plain.Text(what)}  -> "
                + $"{(entry.Declined is { } why ? Plain.Text($"declined: {why}") : entry.Phase)}"
        );
    }

    private static async Task<TranscriptProof> CheckAsync(
        FileInfo file,
        Action<Entry>? visit,
        CancellationToken cancellationToken,
        LedgerTerms? terms = null
    )
    {
        await using var stream = Open(file);
        return await TranscriptCheck.VerifyAsync(stream, visit, cancellationToken, terms);
    }

    private static FileStream Open(FileInfo file)
    {
        var stream = file.Exists ? file.OpenRead() : throw new CommandException($"There is no file {file}.");
        if (stream.ReadByte() is not ('{' or -1))
        {
            stream.Dispose();
            throw CommandException.WrongUse(
                $"{file} is no JSON Lines transcript, so nothing can be said of it. Export it with 'export INC-N --format jsonl': "
                    + "only that form can be verified."
            );
        }

        stream.Position = 0;
        return stream;
    }
}

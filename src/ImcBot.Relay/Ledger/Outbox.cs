using System.Threading.Channels;
using ImcBot.Contracts;

namespace ImcBot.Relay.Ledger;

/// <summary>What waits on disk for the bot, oldest first: reports, alerts, blobs.</summary>
internal sealed partial class RelayLedger
{
    private readonly Channel<bool> _bell = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );

    /// <summary>Ends when something has been put into the outbox since the last call.</summary>
    public ValueTask<bool> FilledAsync(CancellationToken cancellationToken) => _bell.Reader.ReadAsync(cancellationToken);

    /// <summary>Puts a report into the outbox. A report of the same run and kind that still waits is replaced, but never by a refusal:
    /// what was done must not be hidden by somebody who asks for it again.</summary>
    public void Post(Report report)
    {
        var name = $"{report.Run} {report.Kind}";
        if (
            report.Data.ContainsKey(Refusal.Word)
            && database
                .Read(
                    "SELECT id FROM outbox WHERE kind=@kind AND name=@name",
                    row => row.GetInt64(0),
                    ("@kind", Letter.Report),
                    ("@name", name)
                )
                .Count > 0
        )
        {
            return;
        }

        database.Run("DELETE FROM outbox WHERE kind=@kind AND name=@name", ("@kind", Letter.Report), ("@name", name));
        Put(Letter.Report, name, RelayJson.Options.Bytes(report));
    }

    /// <summary>Runs whose reports the bot has not taken.</summary>
    public IEnumerable<RunId> Untold()
    {
        foreach (
            var name in database.Read(
                "SELECT name FROM outbox WHERE kind=@kind ORDER BY id",
                row => row.GetString(0),
                ("@kind", Letter.Report)
            )
        )
        {
            if (RunId.TryParse(name.Split(' ')[0], out var run))
            {
                yield return run;
            }
        }
    }

    /// <summary>Puts an alert into the outbox and moves its service's bookmark in the log, as one.</summary>
    public void Post(HostAlert alert, string log, long bookmark) =>
        database.Together(() =>
        {
            Put(Letter.Alert, bookmark.ToString(), RelayJson.Options.Bytes(alert));
            SetBookmark(log, alert.Service, bookmark);
        });

    /// <summary>Puts an alert into the outbox that comes from no log.</summary>
    public void Post(HostAlert alert) => Put(Letter.Alert, alert.Service, RelayJson.Options.Bytes(alert));

    /// <summary>The one log that relays followed before they were told which.</summary>
    private const string FollowedFirst = "Application";

    /// <summary>Index of the newest event of a log that a service's alerts have been made of; null before the first.</summary>
    public long? Bookmark(string log, string service) =>
        Mark(Marks.BookmarkOf(log, service)) ?? (log == FollowedFirst ? Mark(Marks.Bookmark) : null);

    public void SetBookmark(string log, string service, long index) => SetMark(Marks.BookmarkOf(log, service), index);

    /// <summary>The oldest letters.</summary>
    public IReadOnlyList<Letter> Waiting(int count) =>
        database.Read(
            "SELECT id, kind, name, body FROM outbox ORDER BY id LIMIT @count",
            row => new Letter(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetFieldValue<byte[]>(3)),
            ("@count", count)
        );

    /// <summary>The bot has taken these.</summary>
    public void Sent(IEnumerable<Letter> letters) =>
        database.Together(() =>
        {
            foreach (var letter in letters)
            {
                database.Run("DELETE FROM outbox WHERE id=@id", ("@id", letter.Id));
            }
        });

    /// <summary>Puts bytes that a report refers to by their SHA-256 into the outbox; they go out before it.</summary>
    private void Put(string sha256, ReadOnlyMemory<byte> blob)
    {
        var row = database
            .Read(
                "INSERT INTO outbox(kind, name, body) VALUES(@kind, @name, zeroblob(@length)) RETURNING id",
                row => row.GetInt64(0),
                ("@kind", Letter.Blob),
                ("@name", sha256),
                ("@length", blob.Length)
            )
            .Single();
        database.Fill("outbox", "body", row, blob);
        _bell.Writer.TryWrite(true);
    }

    private void Put(string kind, string name, byte[] body)
    {
        database.Run("INSERT INTO outbox(kind, name, body) VALUES(@kind, @name, @body)", ("@kind", kind), ("@name", name), ("@body", body));
        _bell.Writer.TryWrite(true);
    }
}

/// <summary>One thing for the bot.</summary>
/// <param name="Name">Run and kind of a report, SHA-256 of a blob.</param>
internal sealed record Letter(long Id, string Kind, string Name, byte[] Body)
{
    public const string Report = "report",
        Alert = "alert",
        Blob = "blob";
}

/// <summary>Names of kept numbers.</summary>
internal static class Marks
{
    /// <summary>A number that no other ledger has: tells a relay's own ledger from one that was put in its place.</summary>
    public const string Identity = "identity";

    /// <summary>
    /// Newest event of the Application log that alerts have been made of, in ledgers from before several services were watched.
    /// </summary>
    public const string Bookmark = "bookmark";

    /// <summary>1 while a person has taken over, by the bot's last word: it counts across a restart too.</summary>
    public const string TakenOver = "taken-over";

    /// <summary>Of ledgers from before several services were watched, see <see cref="HealthyOf"/>.</summary>
    public const string Healthy = "healthy";

    /// <summary>Newest event when the relay last saw this service start and stay up: evidence of an outage of it is above it.</summary>
    public static string HealthyOf(string service) => $"{Healthy} {service.ToUpperInvariant()}";

    /// <summary>Newest event of a log that a service's alerts have been made of.</summary>
    public static string BookmarkOf(string log, string service) => $"{Bookmark} {log} {service}";
}

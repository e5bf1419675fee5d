using ImcBot.Contracts;

namespace ImcBot.Relay.Ledger;

/// <summary>The search's own part of the ledger: which messages there are and where each was last seen.</summary>
internal sealed partial class RelayLedger
{
    /// <summary>Keeps a new search with its messages, as one, before the first file is moved.</summary>
    public void KeepSearch(SearchRecord search, IEnumerable<MessageRecord> messages) =>
        database.Together(() =>
        {
            Keep(search);
            Add(search.Question, messages);
        });

    public void KeepSearch(SearchRecord search) => Keep(search);

    /// <summary>Keeps what was read of the held messages and puts the manifest into the outbox, as one.</summary>
    public void KeepRead(SearchRecord search, IEnumerable<MessageRecord> messages, ReadOnlyMemory<byte> manifest) =>
        database.Together(() =>
        {
            Keep(search);
            var question = search.Question.ToString();
            database.RunEach(
                "UPDATE message SET place=?3, sha256=?4, features=?5, sender=?6 WHERE question=?1 AND number=?2",
                messages,
                (row, message) => BindRead(row, question, message)
            );
            Put(search.Digest!, manifest);
        });

    /// <summary>Writes where messages are now.</summary>
    /// <param name="arrivals">Messages that are not in the ledger yet.</param>
    public void KeepPlaces(QuestionId question, IEnumerable<MessageRecord> messages, params IEnumerable<MessageRecord> arrivals) =>
        database.Together(() =>
        {
            foreach (var same in messages.GroupBy(message => (message.Place, message.Exposed)))
            {
                database.RunEach(
                    "UPDATE message SET place=?1, exposed=?2 WHERE question=?3 AND number BETWEEN ?4 AND ?5",
                    IndexSet.Of(same.Select(message => message.Index)).Ranges,
                    (row, range) =>
                    {
                        row.Set(1, same.Key.Place.ToString());
                        row.Set(2, same.Key.Exposed ? 1 : 0);
                        row.Set(3, question.ToString());
                        row.Set(4, range.First);
                        row.Set(5, range.Last);
                    }
                );
            }

            Add(question, arrivals);
        });

    public SearchRecord? FindSearch(QuestionId question) =>
        database.Read("SELECT body FROM search WHERE question=@question", Search, ("@question", question.ToString())).FirstOrDefault();

    /// <summary>Every search there was.</summary>
    public IReadOnlyList<SearchRecord> Searches() => database.Read("SELECT body FROM search", Search);

    /// <summary>How much is held, by the folder where it lies; folders without any are left out.</summary>
    public IReadOnlyList<(string Folder, int Count)> Held() =>
        [
            .. Searches()
                .Select(search => (search.Folder, Count: Messages(search.Question).Count(message => message.Place == Place.Held)))
                .Where(held => held.Count > 0),
        ];

    /// <summary>
    /// The search whose last round did not end in safe rest, or null. There is at most one: acting runs are one at a time.
    /// </summary>
    public SearchRecord? UnrestingSearch() => database.Read("SELECT body FROM search WHERE resting=0", Search).FirstOrDefault();

    public List<MessageRecord> Messages(QuestionId question) =>
        database.Read(
            "SELECT number, name, size, arrived, place, exposed, sha256, features, sender FROM message WHERE question=@question "
                + "ORDER BY number",
            Message,
            ("@question", question.ToString())
        );

    private static SearchRecord Search(Microsoft.Data.Sqlite.SqliteDataReader row) =>
        RelayJson.Options.Read<SearchRecord>(row.GetString(0))!;

    private void Keep(SearchRecord search) =>
        database.Run(
            "INSERT INTO search VALUES(@question, @body, @resting) ON CONFLICT(question) DO UPDATE SET body=@body, resting=@resting",
            ("@question", search.Question.ToString()),
            ("@body", RelayJson.Options.Text(search)),
            ("@resting", search.Resting ? 1 : 0)
        );

    private void Add(QuestionId question, IEnumerable<MessageRecord> messages)
    {
        var name = question.ToString();
        database.RunEach(
            "INSERT INTO message(question, number, place, sha256, features, sender, name, size, arrived, exposed) VALUES(?1, ?2, "
                + "?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            messages,
            (row, message) =>
            {
                BindRead(row, name, message);
                row.Set(7, message.Name);
                row.Set(8, message.Size);
                row.Set(9, message.Arrived);
                row.Set(10, message.Exposed ? 1 : 0);
            }
        );
    }

    private static void BindRead(PreparedSql row, string question, MessageRecord message)
    {
        row.Set(1, question);
        row.Set(2, message.Index);
        row.Set(3, message.Place.ToString());
        row.Set(4, message.Sha256 is { } hash ? Convert.FromHexString(hash) : null);
        row.Set(5, string.Join(' ', message.Features));
        row.Set(6, message.SenderDomain);
    }

    private static MessageRecord Message(Microsoft.Data.Sqlite.SqliteDataReader row) =>
        new(row.GetInt32(0), row.GetString(1), row.GetInt64(2), row.GetInt64(3), Enum.Parse<Place>(row.GetString(4)), row.GetBoolean(5))
        {
            Sha256 = row.IsDBNull(6) ? null : Convert.ToHexStringLower(row.GetFieldValue<byte[]>(6)),
            Features = row.GetString(7) is { Length: > 0 } features ? features.Split(' ') : [],
            SenderDomain = row.IsDBNull(8) ? null : row.GetString(8),
        };
}

/// <summary>Where a message is.</summary>
internal enum Place
{
    /// <summary>Nowhere that the relay can see, and it was not in In while the service ran: a person must look.</summary>
    Unknown,
    In,

    /// <summary>
    /// Held by this search. Where others hold items in the same place, it is written before the item is held: while it still lies in In, it
    /// counts as there.
    /// </summary>
    Held,

    /// <summary>Held, and not by this search: it is left to whoever holds it.</summary>
    HeldByOthers,

    /// <summary>It left In while the service ran and is in no other folder: the store has taken it.</summary>
    Accepted,

    /// <summary>In In\Archive, where undelivered mail goes (4117).</summary>
    Archived,

    /// <summary>
    /// Deleted by its owner's decision. Written before the file goes: while it still lies in the hold folder, it counts as held.
    /// </summary>
    Deleted,
}

/// <summary>One message of a search.</summary>
/// <param name="Index">Arrival order; those that came after the hold follow.</param>
/// <param name="Arrived">Server clock, Unix microseconds.</param>
/// <param name="Exposed">Whether the service has run while it was in In.</param>
internal sealed record MessageRecord(int Index, string Name, long Size, long Arrived, Place Place, bool Exposed)
{
    /// <summary>Null until it was read in the hold folder; arrivals are never read while in In.</summary>
    public string? Sha256 { get; init; }

    public IReadOnlyList<string> Features { get; init; } = [];

    public string? SenderDomain { get; init; }
}

/// <summary>The mail that one question held: for a search, or without one.</summary>
/// <param name="Found">How many messages were there when they were held.</param>
/// <param name="Folder">Hold folder.</param>
/// <param name="Spool">The folder they came from: In, or Out.</param>
/// <param name="EventsAfter">Event index when the hold began.</param>
internal sealed record SearchRecord(QuestionId Question, int Found, string Folder, string Spool, long EventsAfter)
{
    /// <summary>SHA-256 of the manifest; null until every message has been read.</summary>
    public string? Digest { get; init; }

    /// <summary>How many Queue.dat have been set aside.</summary>
    public int QueueCopies { get; init; }

    /// <summary>Whether the last round ended in safe rest: service up, nothing unproved in In.</summary>
    public bool Resting { get; init; }

    public long? FirstAcceptedAt { get; init; }

    /// <summary>Relay clock, Unix microseconds; 0 when held by a relay that did not note it.</summary>
    public long HeldAt { get; init; }

    /// <summary>The queue; null for the spool of Exchange, held by a relay that is older than other queues.</summary>
    public QueueRecord? Queue { get; init; }
}

/// <summary>Which queue it is.</summary>
/// <param name="Use">Its name among the queues there are.</param>
/// <param name="Service">Whose work it is.</param>
/// <param name="Stems">Whether all files of one stem are one item.</param>
internal sealed record QueueRecord(string Use, string Service, bool Stems = false)
{
    /// <summary>Which of its items are meant, in the queue's own words; null: all.</summary>
    public string? Part { get; init; }

    /// <summary>
    /// The service that its items pass through, and that falls or hangs on a bad one; null where that is the service itself.
    /// </summary>
    public string? Through { get; init; }
}

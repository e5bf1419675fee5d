using System.ComponentModel.DataAnnotations;
using System.ComponentModel.DataAnnotations.Schema;
using Microsoft.EntityFrameworkCore;

namespace ImcBot.Bot.Journal;

/// <summary>One incident: found by number, host and thread without reading its journal. Everything here follows from the entries.</summary>
[Table("incidents"), PrimaryKey(nameof(Number))]
internal sealed class IncidentRow
{
    [DatabaseGenerated(DatabaseGeneratedOption.None)]
    public int Number { get; init; }

    public required string Host { get; init; }

    /// <summary>What it is about there; empty in a row that an older program wrote, until the first start of this one.</summary>
    public string Subject { get; init; } = "";

    public required string Relay { get; init; }

    public long OpenedAt { get; init; }

    /// <summary>Whether it holds its subject's one place; 1 or 0, for a partial index that both databases understand.</summary>
    public int IsOpen { get; set; }

    public required string Phase { get; set; }

    public int HeadSeq { get; set; }

    public string? Thread { get; set; }

    /// <summary>When its newest entry was written; 0 where an older program wrote it.</summary>
    public long MovedAt { get; set; }
}

[Table("entries"), PrimaryKey(nameof(Incident), nameof(Seq))]
internal sealed class EntryRow
{
    public int Incident { get; init; }

    public int Seq { get; init; }

    public required byte[] Bytes { get; init; }

    public required byte[] Signature { get; init; }

    /// <summary>Digest of the fact's bytes when they are kept as a blob.</summary>
    public string? Blob { get; init; }
}

[Table("entry_values"), PrimaryKey(nameof(Incident), nameof(Seq), nameof(Commitment))]
internal sealed class ValueRow
{
    public int Incident { get; init; }

    public int Seq { get; init; }

    public required string Commitment { get; init; }

    public required byte[] Salt { get; init; }

    public required string Value { get; init; }
}

/// <summary>Bytes kept once by their SHA-256: runbooks, facts too large for an entry, and what relays upload.</summary>
[Table("blobs"), PrimaryKey(nameof(Digest))]
internal sealed class BlobRow
{
    public required string Digest { get; init; }

    public required byte[] Bytes { get; init; }
}

/// <summary>An effect for the channel that has not been carried out yet: the n-th of its entry.</summary>
[Table("pending"), PrimaryKey(nameof(Incident), nameof(Seq), nameof(N))]
internal sealed class PendingRow
{
    public int Incident { get; init; }

    public int Seq { get; init; }

    public int N { get; init; }
}

[Table("deadlines"), PrimaryKey(nameof(Incident), nameof(Deadline), nameof(Question))]
internal sealed class DeadlineRow
{
    public int Incident { get; init; }

    public required string Deadline { get; init; }

    public int Question { get; init; }

    public long At { get; set; }
}

/// <summary>A run that a relay owes a report for. What it is to do stands in the signed entry, never here.</summary>
[Table("jobs"), PrimaryKey(nameof(Incident), nameof(Question), nameof(Run), nameof(Kind))]
internal sealed class JobRow
{
    public int Incident { get; init; }

    public int Question { get; init; }

    public int Run { get; init; }

    public required string Kind { get; init; }

    public required string Relay { get; init; }

    public int Seq { get; set; }

    public int N { get; set; }

    public long? ReportedAt { get; set; }

    /// <summary>Of an act: the relay's process that it was handed to with its grant; no other gets one. Null until then.</summary>
    public string? Instance { get; set; }
}

[Table("relays"), PrimaryKey(nameof(Id))]
internal sealed class RelayRow
{
    public required string Id { get; init; }

    public required string Host { get; init; }

    /// <summary>JWK as the relay sent it.</summary>
    public required string PublicKey { get; set; }

    /// <summary>Fingerprints of the keys before, with blanks between: a report that they signed may still be on its way.</summary>
    public string? FormerKeys { get; set; }

    /// <summary><c>waiting</c>, <c>confirmed</c> or <c>revoked</c>.</summary>
    public required string State { get; set; }

    public long EnrolledAt { get; init; }

    public string? DecidedBy { get; set; }

    public string? Version { get; set; }

    /// <summary>The host's times, as JSON, from the newest hello.</summary>
    public string? Profile { get; set; }

    public string? Catalog { get; set; }

    /// <summary>What the relay's own policy says, as JSON, from the newest hello.</summary>
    public string? Policy { get; set; }

    /// <summary>Digest of the relay's binaries, from the newest hello.</summary>
    public string? Program { get; set; }

    /// <summary>Where the relay's ledger stood at the newest hello, as JSON.</summary>
    public string? Ledger { get; set; }

    /// <summary>What the relay's settings listed as subjects at the newest hello, as JSON; null where they list none.</summary>
    public string? Subjects { get; set; }

    public long? HeardAt { get; set; }

    /// <summary>The process that works as this relay, and until when it counts as alive without another word, Unix microseconds.</summary>
    public string? Instance { get; set; }

    public long? InstanceUntil { get; set; }

    /// <summary>
    /// The journal key's signature over everything here but when and from which process it was heard; without one that fits, the row is not
    /// believed.
    /// </summary>
    [ConcurrencyCheck]
    public byte[]? Seal { get; set; }
}

[Table("codes"), PrimaryKey(nameof(SecretHash))]
internal sealed class CodeRow
{
    public required string SecretHash { get; init; }

    public required string Host { get; init; }

    public required string Administrator { get; init; }

    public long ExpiresAt { get; init; }

    public long? UsedAt { get; set; }

    /// <summary>
    /// The journal key's signature over everything here but <see cref="UsedAt"/>; without one that fits, the code is none.
    /// </summary>
    public byte[]? Seal { get; set; }
}

/// <summary>A client assertion that was taken: the same one is not taken again before it expires.</summary>
[Table("assertions"), PrimaryKey(nameof(Id))]
internal sealed class AssertionRow
{
    public required string Id { get; init; }

    public long ExpiresAt { get; init; }
}

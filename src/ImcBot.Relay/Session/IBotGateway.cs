using ImcBot.Contracts;
using Refit;

namespace ImcBot.Relay.Session;

/// <summary>
/// The bot as a relay calls it. The relay only calls out; nothing calls in. What is sent is sealed or an array: Refit writes it by the type
/// that it has at run time.
/// </summary>
internal interface IBotGateway
{
    [Post("/relay/v1/hello")]
    Task<Welcome> HelloAsync([Body] Hello hello, CancellationToken cancellationToken);

    /// <summary>Held by the bot for up to 25 seconds.</summary>
    [Post("/relay/v1/poll")]
    Task<Work> PollAsync([Body] Poll poll, CancellationToken cancellationToken);

    /// <summary>Idempotent by run and kind.</summary>
    [Post("/relay/v1/reports")]
    Task ReportAsync([Body] Report[] reports, CancellationToken cancellationToken);

    [Post("/relay/v1/alerts")]
    Task AlertAsync([Body] HostAlert alert, CancellationToken cancellationToken);

    /// <summary>Signed by the old key, which so vouches for the new one.</summary>
    [Post("/relay/v1/key")]
    Task ChangeKeyAsync([Body] RelayKeyChange change, CancellationToken cancellationToken);

    [Put("/relay/v1/blobs/{sha256}")]
    Task PutBlobAsync(string sha256, [Body] HttpContent content, CancellationToken cancellationToken);
}

/// <summary>Enrolment is the one anonymous call: its one-use secret speaks for it.</summary>
internal interface IEnrolmentDesk
{
    [Post("/relay/v1/enrol")]
    Task<Enrolled> EnrolAsync([Body] Enrolment enrolment, CancellationToken cancellationToken);
}

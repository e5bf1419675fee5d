namespace ImcBot.Relay.Ledger;

/// <summary>Mail that the relay holds in one folder of the server.</summary>
internal sealed record HeldMail(string Folder, int Count)
{
    /// <summary>All mail that is held, by folder; folders without any are left out.</summary>
    public static IReadOnlyList<HeldMail> Of(RelayLedger ledger) =>
        [
            .. ledger
                .Searches()
                .Select(search => new HeldMail(
                    search.Folder,
                    ledger.Messages(search.Question).Count(message => message.Place == Place.Held)
                ))
                .Where(held => held.Count > 0),
        ];
}

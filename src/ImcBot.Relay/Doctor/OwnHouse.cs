using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Ledger;
using ImcBot.Relay.Session;

namespace ImcBot.Relay.Doctor;

/// <summary>What the relay keeps on its own host.</summary>
internal sealed class OwnHouse(RelayOptions options)
{
    public Diagnosis Ledger()
    {
        using var database = new Database(options.LedgerFile);
        if (new Reserve(options.ReserveFile).IsHeld())
        {
            return Diagnosis.Good("ledger", $"{options.LedgerFile}, with its reserve of {Words.Bytes(Reserve.Size)}");
        }

        return Diagnosis.Bad(
            "ledger",
            $"the disk of {options.Data} is full or may not be written ({Words.Bytes(new DriveInfo(options.Data).AvailableFreeSpace)} free): the reserve of {Words.Bytes(Reserve.Size)} cannot be kept, and without it the relay does not act. Make room there.");
    }

    public Diagnosis Policy() => options.HighestImpact == Impact.Read
        ? Diagnosis.Bad("policy", "the policy of this relay refuses everything that changes the server: it allows read only. Raise it when the plans have been looked at, or leave it to look only.")
        : Diagnosis.Good("policy", $"allows up to {options.HighestImpact.ToString().ToLowerInvariant()}");

    public Diagnosis Enrolment()
    {
        using var key = RelayKey.Open(options.KeyFile);
        return Membership.Read(options.MembershipFile) is { } membership
            ? Diagnosis.Good("enrolment", $"{membership.Relay} for {membership.Host}, key {KeyPrint.Of(key.PublicKey)}")
            : Diagnosis.Bad("enrolment", "not enrolled: ask for a code in a private chat with the bot (relay add HOST), then run 'imcbot-relay enrol --code CODE'.");
    }
}

using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Ledger;
using ImcBot.Relay.Policy;
using ImcBot.Relay.Session;

namespace ImcBot.Relay.Doctor;

/// <summary>What the relay keeps on its own host.</summary>
internal sealed class OwnHouse(RelayOptions options)
{
    public Diagnosis Ledger()
    {
        if (Membership.Read(options.MembershipFile) is { } membership)
        {
            OwnLedger.Settle(options, membership, fresh: false, at: 0);
        }

        if (new Reserve(options.ReserveFile).IsHeld())
        {
            return Diagnosis.Good("ledger", $"{options.LedgerFile}, with its reserve of {Words.Bytes(Reserve.Size)}");
        }

        return Diagnosis.Bad(
            "ledger",
            $"the disk of {options.Data} is full or may not be written ("
                + $"{Words.Bytes(new DriveInfo(options.Data).AvailableFreeSpace)} free): the reserve of {Words.Bytes(Reserve.Size)} "
                + "cannot be kept, "
                + "and without it the relay does not act. Make room there."
        );
    }

    public Diagnosis Policy() =>
        options.Policy switch
        {
            { Digest: null } => Diagnosis.Bad(
                "policy",
                "there is no policy file, so this relay only reads: write policy.yaml into its data folder, see "
                    + "manifests/relay/policy.sample.yaml, and start it again."
            ),
            { Highest: Impact.Read } => Diagnosis.Bad(
                "policy",
                "the policy of this relay refuses everything that changes the server: it allows read only. Raise it when the plans "
                    + "have been looked at, or leave it to look only."
            ),
            { Shadow: true } policy => Diagnosis.Good(
                "policy",
                $"shadow mode: plans up to {RelayPolicy.Word(policy.Highest)} are shown, nothing is carried out"
            ),
            var policy => Diagnosis.Good(
                "policy",
                $"allows up to {RelayPolicy.Word(policy.Highest)}"
                    + $"{(policy.Off.Count == 0 ? "" : $", off: {string.Join(", ", policy.Off.Order(StringComparer.Ordinal))}")}"
            ),
        };

    public Diagnosis Enrolment()
    {
        if (Membership.Read(options.MembershipFile) is not { } membership)
        {
            return Diagnosis.Bad(
                "enrolment",
                "not enrolled: ask for a code in a private chat with the bot (relay add HOST), then run 'imcbot-relay enrol' and "
                    + "give it the code."
            );
        }

        using var key = RelayKey.Read(options.KeyFile);
        return Diagnosis.Good("enrolment", $"{membership.Relay} for {membership.Host}, key {KeyPrint.InGroups(key.PublicKey)}");
    }
}

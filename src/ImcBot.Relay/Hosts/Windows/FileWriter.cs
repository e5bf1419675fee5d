using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Cryptography;

namespace ImcBot.Relay.Hosts.Windows;

/// <summary>
/// Moves, deletes and writes files of the server. What another program has open is tried again for half a second: scanners and backups let
/// go soon.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed class FileWriter(WindowsServer server)
{
    private const int Tries = 5;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public Task<IReadOnlyList<FileResult>> MoveAsync(IReadOnlyList<FileMove> moves, CancellationToken cancellationToken) =>
        FileResult.EachAsync(moves, move => move.From, move => PatientlyAsync($"file {move.From}", () => Move(move), cancellationToken));

    public Task<IReadOnlyList<FileResult>> DeleteAsync(
        IReadOnlyList<(string Path, string FileId)> files,
        CancellationToken cancellationToken
    ) =>
        FileResult.EachAsync(
            files,
            file => file.Path,
            file => PatientlyAsync($"file {file.Path}", () => Delete(file.Path, file.FileId), cancellationToken)
        );

    /// <summary>Writes beside and renames over: whoever reads sees the old content or the new, never a half.</summary>
    public Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        PatientlyAsync(
            $"file {path}",
            () =>
            {
                var place = server.FromHere(path);
                File.WriteAllBytes(place + ".new", content.Span);
                File.Move(place + ".new", place, overwrite: true);
            },
            cancellationToken
        );

    private async Task PatientlyAsync(string what, Action act, CancellationToken cancellationToken)
    {
        for (var left = Tries - 1; ; left--)
        {
            try
            {
                await server.DoAsync(what, act, cancellationToken);
                return;
            }
            catch (HostException exception) when (exception.Kind is HostError.InUse && left > 0)
            {
                await Task.Delay(Pause, server.Time, cancellationToken);
            }
        }
    }

    private void Move(FileMove move)
    {
        var (from, to) = (server.FromHere(move.From), server.FromHere(move.To));
        if (Directory.Exists(from))
        {
            Directory.Move(from, to);
        }
        else if (PathGrammar.Windows.Same(PathGrammar.Windows.Volume(move.From), PathGrammar.Windows.Volume(move.To)))
        {
            File.Move(from, to);
        }
        else
        {
            Carry(from, to, move.To);
        }
    }

    /// <summary>
    /// Across volumes: the original goes only after the copy has proved to be the same, and under its own name the copy is whole whenever
    /// this breaks off. A copy would take the rights of its new folder; it gets those that its original has, inherited ones included.
    /// </summary>
    private static void Carry(string from, string to, string told)
    {
        var part = to + ".part";
        File.Copy(from, part, overwrite: true);
        if (!Hash(from).SequenceEqual(Hash(part)))
        {
            File.Delete(part);
            throw new HostException($"{told} is not what was copied there; the original was left. Look at that disk.");
        }

        var rights = new FileInfo(from).GetAccessControl(AccessControlSections.Access);
        rights.SetAccessRuleProtection(isProtected: true, preserveInheritance: true);
        new FileInfo(part).SetAccessControl(rights);
        File.Move(part, to, overwrite: false);
        File.SetAttributes(from, FileAttributes.Normal);
        File.Delete(from);
    }

    private static byte[] Hash(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        return SHA256.HashData(file);
    }

    private void Delete(string path, string id)
    {
        using var file = FileNative.Open(server.FromHere(path), FileNative.Delete | FileNative.ReadAttributes | FileNative.WriteAttributes);
        var (volumeId, created, readOnly) = FileNative.Identify(file);
        if (id != FolderWalk.Id(id.StartsWith("born", StringComparison.Ordinal) ? 0 : volumeId, created))
        {
            throw new HostException($"{path} is another file than the one that was seen.", HostError.Changed);
        }

        FileNative.DeleteOpened(file, readOnly);
    }
}

using System.Diagnostics;
using System.Runtime.Versioning;

namespace ImcBot.Relay.Hosts.Windows;

/// <summary>Files of the server, read: a reader never keeps anybody from writing, renaming or deleting.</summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsFiles(WindowsServer server) : IFiles
{
    public Task<IReadOnlyList<FileEntry>?> ListAsync(string folder, string pattern, bool recursive, CancellationToken cancellationToken) =>
        server.AskAsync<IReadOnlyList<FileEntry>?>(
            $"folder {folder}",
            () => FolderWalk.Read(server, folder, pattern, recursive, cancellationToken),
            cancellationToken
        );

    public Task<string?> LinkAsync(string path, CancellationToken cancellationToken) =>
        server.AskAsync(
            $"links on {path}",
            () =>
                PathGrammar
                    .Windows.Steps(path)
                    .FirstOrDefault(step =>
                        new FileInfo(server.FromHere(step)) is var info
                        && (int)info.Attributes != -1
                        && info.Attributes.HasFlag(FileAttributes.ReparsePoint)
                    ),
            cancellationToken
        );

    public Task<Stream> OpenAsync(string path, CancellationToken cancellationToken) =>
        server.AskAsync<Stream>(
            $"file {path}",
            () =>
                new FileStream(
                    server.FromHere(path),
                    FileMode.Open,
                    FileAccess.Read,
                    FileShare.ReadWrite | FileShare.Delete,
                    64 << 10,
                    FileOptions.SequentialScan
                ),
            cancellationToken
        );

    /// <summary>Opened for nobody else: where any program has it open, Windows says so.</summary>
    public Task<IReadOnlySet<string>> InUseAsync(IReadOnlyList<string> paths, CancellationToken cancellationToken) =>
        server.AskAsync<IReadOnlySet<string>>(
            "files in use",
            () => paths.Where(IsInUse).ToHashSet(StringComparer.OrdinalIgnoreCase),
            cancellationToken
        );

    private bool IsInUse(string path)
    {
        try
        {
            using var file = new FileStream(server.FromHere(path), FileMode.Open, FileAccess.Read, FileShare.None, bufferSize: 0);
            return false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return WindowsError.Of(exception) == Win32.InUse;
        }
    }

    public Task<Version?> VersionAsync(string path, CancellationToken cancellationToken) =>
        server.AskAsync(
            $"version of {path}",
            () =>
            {
                var place = server.FromHere(path);
                if (!File.Exists(place))
                {
                    return null;
                }

                var about = FileVersionInfo.GetVersionInfo(place);
                return about.FileVersion is null
                    ? null
                    : new Version(about.FileMajorPart, about.FileMinorPart, about.FileBuildPart, about.FilePrivatePart);
            },
            cancellationToken
        );
}

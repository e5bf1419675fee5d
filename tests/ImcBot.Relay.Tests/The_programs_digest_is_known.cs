using System.Text;
using ImcBot.Contracts;
using Xunit;

namespace ImcBot.Relay.Tests;

/// <summary>Anybody can tell which binaries run with <c>sha256sum</c>.</summary>
public sealed class The_programs_digest_is_known : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("imcbot-program-");

    public The_programs_digest_is_known()
    {
        Write("a.dll", "two");
        Write("B.dll", "one");
        Write("x.exe", "three");
        Write("settings.json", "changes");
    }

    [Fact]
    public void It_is_what_sha256sum_reads()
    {
        var expected = ContentDigest.Of(Encoding.UTF8.GetBytes($"{Hash("one")}  B.dll\n{Hash("two")}  a.dll\n{Hash("three")}  x.exe\n"));

        Assert.Equal(expected, ProgramDigest.Of(_folder.FullName, "a", Path.Combine(_folder.FullName, "a")));
    }

    [Fact]
    public void A_program_of_one_file_is_that_file_and_the_libraries_beside_it()
    {
        Write("relay", "all of it");
        var before = ProgramDigest.Of(_folder.FullName, "relay", Path.Combine(_folder.FullName, "relay"));
        Write("relay", "all of it, changed");

        Assert.NotEqual(before, ProgramDigest.Of(_folder.FullName, "relay", Path.Combine(_folder.FullName, "relay")));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string Hash(string text) => ContentDigest.Of(Encoding.UTF8.GetBytes(text));

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder.FullName, name), text);
}

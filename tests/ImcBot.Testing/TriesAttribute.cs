using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace ImcBot.Testing;

/// <summary>A test tries these entries of the catalog; one with rows of data for a parameter <c>use</c> need not say it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TriesAttribute(params string[] uses) : Attribute
{
    public IReadOnlyList<string> Uses { get; } = uses;

    /// <summary>What the tests of these types try, each once and in order.</summary>
    public static async Task<IReadOnlyList<string>> OfAsync(params IEnumerable<Type> tests)
    {
        await using var tracker = new DisposalTracker();
        var tried = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var test in tests.SelectMany(type => type.GetMethods()))
        {
            tried.UnionWith(test.GetCustomAttribute<TriesAttribute>()?.Uses ?? []);
            foreach (var data in test.GetParameters() is [{ Name: "use" }, ..] ? test.GetCustomAttributes().OfType<IDataAttribute>() : [])
            {
                (data as ITypeAwareDataAttribute)?.MemberType ??= test.ReflectedType;
                tried.UnionWith((await data.GetData(test, tracker)).Select(row => (string)row.GetData()[0]!));
            }
        }

        return [.. tried];
    }
}
